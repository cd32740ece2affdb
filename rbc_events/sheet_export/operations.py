"""Taking a list out of the system. Functions flush; the route commits."""

from datetime import datetime

from rbc_events.database import db
from rbc_events.sheet_export.listing import Asked, Listing, written
from rbc_events.sheet_export.models import Export


def export_list(listing: Listing, asked: Asked, ending: str, *, now: datetime) -> bytes:
    """The list as a file. Who took it, when and how narrowed is kept."""
    content, rows = written(listing, asked, ending)
    record = Export(
        event_id=asked.event.id,
        user_id=asked.actor.id,
        list=listing.name,
        filters=dict(asked.filters),
        rows=rows,
        at=now,
    )
    db.session.add(record)
    db.session.flush()
    return content
