"""What was typed into a form by somebody who had been signed out, kept until they have signed in again."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, request, session
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from rbc_events import limits, typed
from rbc_events.accounts.models import TypedForm
from rbc_events.accounts.operations import token_hash
from rbc_events.clock import now
from rbc_events.database import db, write_anew
from rbc_events.typed import Typed

KEPT = timedelta(hours=12)
IN_SESSION = "typed"  # the key of the row; it outlives signing in, and nothing else
SIGN_IN_FIRST = _l("You have been signed out. What you typed is kept: it is there again once you have signed in.")
SIGNED_OUT = _l("You had been signed out. What you typed is here again; please send it once more: it is not saved yet.")


def keep_for_after_sign_in() -> str | None:
    """Keep what the request had sent; gives the address of its page, to go to after signing in."""
    found = typed.waiting() or typed.sent()
    if found is None:
        return None
    try:
        limits.count("typed", "")
    except limits.TooMany:
        return found.page
    key = session.get(IN_SESSION) or secrets.token_urlsafe(24)
    write_anew()
    _keep(key, found, now=now())
    db.session.commit()
    session[IN_SESSION] = key
    session.pop("_flashes", None)  # such as that the form had expired, which is for its own page
    flash(str(SIGN_IN_FIRST), "warning")
    g.typed_is_kept = True
    return found.page


def _keep(key: str, found: Typed, *, now: datetime) -> None:
    db.session.execute(delete(TypedForm).where(TypedForm.at < now - KEPT))
    db.session.execute(delete(TypedForm).where(TypedForm.key_hash == token_hash(key)))
    db.session.add(TypedForm(key_hash=token_hash(key), page=found.page, content=typed.kept_as_json(found), at=now))


def bring_back() -> None:
    """Before a request: have the page that was being filled in show what was typed. Sending its form is the end of
    that; until then any other page or button, such as those by which one signs in, leaves it alone."""
    key: Any = session.get(IN_SESSION)
    if not key or request.endpoint == "static" or typed.waiting() is not None:
        return
    row = db.session.scalar(select(TypedForm).where(TypedForm.key_hash == token_hash(key), TypedForm.at > now() - KEPT))
    if row is None:
        session.pop(IN_SESSION)
    elif request.method == "GET" and row.page == request.full_path.rstrip("?"):
        entries = [(name, value) for name, value in row.content["entries"]]
        typed.put_before_page(Typed(row.page, entries, "", files=row.content["files"]))
        flash(str(SIGNED_OUT), "warning")
    elif (sent := typed.sent()) is not None and sent.page == row.page:
        session.pop(IN_SESSION)
