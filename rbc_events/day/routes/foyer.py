"""The board in the foyer, and the page on which staff open and revoke its addresses."""

from typing import Any

import segno
from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from rbc_events.application import absolute_url
from rbc_events.clock import now
from rbc_events.database import Bilingual, ahead_of_writing, db
from rbc_events.day import boards
from rbc_events.day.forms import BoardForm
from rbc_events.day.models import Board
from rbc_events.events.access import load_managed_event
from rbc_events.i18n import in_language

WORDS = {
    "on": _l("Now"),
    "following": _l("Next meetings"),
    "changed": _l("changed"),
    "none": _l("No meetings are still to come today"),
    "old": _l("Not connected; this is as of"),
}
"""What the board says, in each language at once."""


def index(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = BoardForm()
        if not form.validate_on_submit():
            return _page(key, form), form.status
    boards.open_board(event, names=form.names.data, actor=current_user, now=now())
    db.session.commit()
    flash(_("The board has an address. Open it on the screen in the foyer."), "success")
    return redirect(url_for("day.boards", key=key))


def _page(key: str, form: BoardForm) -> str:
    event = load_managed_event(key)
    shown = [(board, absolute_url("day.board", token=boards.token_of(board))) for board in boards.boards_of(event)]
    return render_template("day/boards.html", event=event, form=form, boards=shown, picture=_picture)


def _picture(address: str) -> str:
    """The address as a QR code, for a screen that is set up by a phone."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=3, border=2)


def revoke(key: str, number: int) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        board = db.session.get(Board, number)
        if board is None or board.event_id != event.id:
            abort(404)
    boards.revoke_board(board, now=now())
    db.session.commit()
    flash(_("The address has ended."), "success")
    return redirect(url_for("day.boards", key=key))


def board(token: str) -> str:
    """For whoever has the address; no language, no sign-in: it shows both languages."""
    found = boards.find_board(token)
    if found is None:
        abort(404)
    shown = boards.shown_on(found, now=now())
    return render_template("day/board.html", event=found.event, shown=shown, now=now(), words=_in_both())


def _in_both() -> dict[str, Bilingual]:
    found: dict[str, dict[str, str]] = {}
    for language in ("ja", "en"):
        with in_language(language):
            found[language] = {name: str(words) for name, words in WORDS.items()}
    return {name: Bilingual(found["ja"][name], found["en"][name]) for name in WORDS}
