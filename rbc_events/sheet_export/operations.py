"""Keeping who took a list out of the system. Functions flush; the route commits."""

from collections.abc import Mapping
from datetime import datetime

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.sheet_export.models import Export


def note_export(
    event: Event, name: str, *, filters: Mapping[str, str], rows: int, actor: User, now: datetime
) -> Export:
    """Keep that somebody took a list, when, and how narrowed."""
    record = Export(event_id=event.id, user_id=actor.id, list=name, filters=dict(filters), rows=rows, at=now)
    db.session.add(record)
    db.session.flush()
    return record
