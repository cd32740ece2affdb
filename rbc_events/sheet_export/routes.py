"""Lists as files, and who took them."""

from typing import Any

from flask import Response, abort, render_template, request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES, in_language, language
from rbc_events.sheet_export.listing import Asked, written
from rbc_events.sheet_export.lists import LISTS, find_listing
from rbc_events.sheet_export.models import Export
from rbc_events.sheet_export.operations import note_export

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
SHOWN = 100
MOST_FILTERS = 10


def index(key: str) -> str:
    event = load_managed_event(key)
    return render_template("sheet_export/index.html", event=event, lists=LISTS, taken=_taken(event), names=_names())


def _taken(event: Event) -> Any:
    rows = select(Export).where(Export.event_id == event.id).options(joinedload(Export.user))
    return db.session.scalars(rows.order_by(Export.at.desc(), Export.id.desc()).limit(SHOWN)).all()


def _names() -> dict[str, Any]:
    return {listing.name: listing.label for listing in LISTS}


def export(key: str, name: str, ending: str) -> Any:
    """One list, narrowed as the page was from which it is asked; `headings`: ja, en, or codes for other systems."""
    listing = find_listing(name) or abort(404)
    filters = {field: value[:200] for field, value in list(request.args.items())[:MOST_FILTERS] if value}
    headings = request.form.get("headings", "")
    with ahead_of_writing():  # a long list takes seconds, in which others write
        asked = Asked(load_managed_event(key), current_user, filters, codes=headings == "codes")
        with in_language(headings if headings in LANGUAGES else language()):
            content, rows = written(listing, asked, ending)
    note_export(load_managed_event(key), name, filters=filters, rows=rows, actor=current_user, now=now())
    db.session.commit()
    response = Response(content, mimetype=MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = f"attachment; filename={key}-{name}.{ending}"
    return response
