"""What an event's directory shows of a profile once the event is over: as it was when it ended.

Organisations carry one profile from event to event. So the night after an event's last day, and at once before a
profile's first change after it, what the profile says is kept with the registration, and the event's directory shows
that from then on. Search goes by the words of today. Functions flush; the route commits.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.events.queries import is_over
from rbc_events.i18n import TOKYO
from rbc_events.registration.models import (
    Organisation,
    Profile,
    ProfileSnapshot,
    Registration,
    Statement,
)
from rbc_events.registration.participation import takes_part, taking_part

NOT_SHOWN = frozenset({"key", "claimed_number", "form_key", "version"})


def keep_before_change(organisation: Organisation, *, now: datetime, besides: Event | None = None) -> None:
    """Keep what the organisation says of itself with its registrations for events that are over, before it changes.

    `besides`: an event whose own record it is that is being put right.
    """
    if organisation.id is None:
        return
    for registration in organisation.registrations:
        if registration.event is not besides:
            keep(registration, now=now)


def keep(registration: Registration, *, now: datetime) -> bool:
    """Keep the profile with the registration, if its event is over and that hasn't been done."""
    if (
        not takes_part(registration)
        or registration.snapshot is not None
        or not is_over(registration.event, _today(now))
    ):
        return False
    organisation = registration.organisation
    registration.snapshot = ProfileSnapshot(
        taken_at=now,
        organisation=_values(organisation),
        profile=_values(organisation.profile),
        statements=[_values(statement) for statement in organisation.statements],
    )
    db.session.flush()
    return True


def put_right(registration: Registration) -> None:
    """Let the event's record say what the profile says now: its own sheet has been imported again."""
    registration.snapshot = None
    db.session.flush()


def without_snapshot(now: datetime, most: int) -> list[Registration]:
    """Registrations for events that are over, whose profiles haven't been kept yet."""
    over = [event.id for event in db.session.scalars(select(Event)) if is_over(event, _today(now))]
    waiting = (
        Registration.event_id.in_(over),
        taking_part(),
        ~Registration.snapshot.has(),
    )
    return list(db.session.scalars(select(Registration).where(*waiting).order_by(Registration.id).limit(most)))


def show_as_it_was(registrations: Iterable[Registration]) -> None:
    """For a page: give the registrations whose profile was kept the organisation as it was. Nothing is written."""
    for registration in registrations:
        kept = registration.snapshot
        if kept is not None:
            set_committed_value(registration, "organisation", _as_it_was(registration.organisation, kept))


def _as_it_was(today: Organisation, kept: ProfileSnapshot) -> Organisation:
    """An organisation of no session, with what was kept of it and the number that it has."""
    then = _row(Organisation, kept.organisation)
    profile = _row(Profile, kept.profile)
    then.id = profile.organisation_id = today.id
    for name in NOT_SHOWN & set(inspect(Organisation).columns.keys()):
        set_committed_value(then, name, getattr(today, name))
    region = today.region if today.region_code == then.region_code else None
    set_committed_value(then, "region", region or _region(then.region_code))
    set_committed_value(then, "profile", profile)
    set_committed_value(then, "statements", [_row(Statement, each) for each in kept.statements])
    return then


def _region(code: str | None) -> Any:
    kind = inspect(Organisation).relationships["region"].mapper.class_
    return db.session.get(kind, code) if code else None


def _values(row: Any) -> dict[str, Any]:
    """The row's columns as JSON keeps them."""
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if name not in NOT_SHOWN
    }


def _row(kind: Any, values: dict[str, Any]) -> Any:
    row = kind()
    for column in inspect(kind).columns:
        value = values.get(column.key)
        python: Any = column.type.python_type if isinstance(value, str) else str
        if issubclass(python, date):
            value = python.fromisoformat(str(value))
        elif isinstance(value, str) and hasattr(column.type, "enum_class") and column.type.enum_class:
            value = column.type.enum_class(value)
        set_committed_value(row, column.key, value)
    return row


def _today(now: datetime) -> date:
    return now.astimezone(TOKYO).date()
