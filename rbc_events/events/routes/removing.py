"""The question before something is removed: what goes with it, or why it stays."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from rbc_events import i18n
from rbc_events.accounts.access import require_headquarters
from rbc_events.database import Model, db
from rbc_events.editing import SentForm
from rbc_events.events import removing
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Block, Event, Place, Region, Sector
from rbc_events.events.routes.managing import find_part
from rbc_events.i18n import plain


def day(key: str, day: str) -> Any:
    event = load_managed_event(key)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        abort(404)
    blocks = [block for block in event.blocks if block.starts_at.astimezone(event.zone).date() == wanted]
    return _asked(blocks or abort(404), i18n.day(wanted), url_for("events.days", key=key), event)


def block(key: str, block_id: int) -> Any:
    event = load_managed_event(key)
    removed: Block = find_part(Block, event, block_id)
    hours = i18n.hours(removed.starts_at, removed.ends_at, event.time_zone)
    name = f"{i18n.day(removed.starts_at, event.time_zone)} {hours} {plain(removed.name)}"
    return _asked([removed], name.strip(), url_for("events.days", key=key), event)


def place(key: str, place_id: int) -> Any:
    event = load_managed_event(key)
    removed: Place = find_part(Place, event, place_id)
    return _asked([removed], plain(removed.name), url_for("events.places", key=key), event)


def sector(key: str) -> Any:
    require_headquarters()
    removed = db.session.scalar(select(Sector).filter_by(key=key)) or abort(404)
    return _asked([removed], plain(removed.name), url_for("events.sectors"))


def region(code: str) -> Any:
    require_headquarters()
    removed = db.session.get(Region, code) or abort(404)
    return _asked([removed], plain(removed.name), url_for("events.regions"))


def event(key: str) -> Any:
    require_headquarters()
    removed = load_managed_event(key)

    def ask() -> removing.Consequences:
        return removing.consequences_for_event(removed)

    back = url_for("events.edit_event", key=key)
    return _page(lambda: removing.remove_event(removed), ask, plain(removed.name), back, url_for("events.managing"))


def _asked(rows: Sequence[Model], name: str, back: str, event: Event | None = None) -> Any:
    return _page(lambda: removing.remove(rows, event), lambda: removing.consequences(rows), name, back, back, event)


def _page(
    remove: Callable[[], None],
    consequences: Callable[[], removing.Consequences],
    name: str,
    back: str,
    after: str,
    event: Event | None = None,
) -> Any:
    """The page that asks; sent, it removes the rows and leads on."""
    form, status = SentForm(), 200
    if form.validate_on_submit():
        try:
            remove()
        except removing.StillUsed:
            db.session.rollback()
            status = 409
        else:
            db.session.commit()
            flash(_("Removed: %(name)s", name=name), "success")
            return redirect(after)
    found = consequences()
    return render_template("events/removing.html", form=form, name=name, back=back, event=event, found=found), status
