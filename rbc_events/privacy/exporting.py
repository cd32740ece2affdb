"""Everything held on a person, for themselves: as plain data that a program and a person can read."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, select

from rbc_events.accounts.models import AddressChange, Grant, Link, Passkey, SecondFactor, SignIn
from rbc_events.audit import AuditEntry
from rbc_events.database import db
from rbc_events.directory.models import Bookmark, SavedSearch
from rbc_events.mail.models import Unsubscription
from rbc_events.meetings.models import CalendarEntry, Feed, IncomingMail
from rbc_events.outbox.models import FailingAddress, OutboxMessage
from rbc_events.privacy.people import Person
from rbc_events.registration.models import Membership, Review

# Secrets, and what says something of the machine alone.
NOT_TOLD = frozenset({"password_hash", "token_hash", "key", "secret", "content", "occasion", "message_id", "seen"})


def export_person(person: Person) -> dict[str, Any]:
    """{table: rows}, each row as {column: value}; instants in UTC, days as 2027-02-09."""
    number = person.user.id if person.user else -1
    addresses = list(person.addresses)
    found: dict[str, Iterable[Any]] = {
        "account": [person.user] if person.user else [],
        "delegate_at": person.delegates,
        "interpreter_at": person.interpreters,
        "researcher_of": person.researchers,
        "acts_for": _rows(Membership, Membership.user_id == number),
        "roles": _rows(Grant, Grant.user_id == number),
        "sign_ins": _rows(SignIn, SignIn.user_id == number),
        "what_was_done_in_your_name": _rows(AuditEntry, AuditEntry.actor_id == number),
        "second_factor": _rows(SecondFactor, SecondFactor.user_id == number),
        "passkeys": _rows(Passkey, Passkey.user_id == number),
        "address_changes": _rows(AddressChange, AddressChange.user_id == number),
        "mailed_links": _rows(Link, Link.user_id == number),
        "bookmarks": _rows(Bookmark, Bookmark.user_id == number),
        "saved_searches": _rows(SavedSearch, SavedSearch.user_id == number),
        "reviews": _rows(Review, Review.reviewer_id == number),
        "calendar_addresses": _rows(Feed, Feed.owner_id == number),
        "calendar_entries": _rows(CalendarEntry, CalendarEntry.recipient.in_(addresses)),
        "mails": _rows(OutboxMessage, OutboxMessage.recipient.in_(addresses)),
        "mails_sent_to_us": _rows(IncomingMail, IncomingMail.sender.in_(addresses)),
        "mail_came_back": _rows(FailingAddress, FailingAddress.address.in_(addresses)),
        "unsubscribed_from": _rows(Unsubscription, Unsubscription.address.in_(addresses)),
    }
    return {name: [plain_row(row) for row in rows] for name, rows in found.items()}


def _rows(model: Any, condition: ColumnElement[bool]) -> list[Any]:
    return list(db.session.scalars(select(model).where(condition)))


def plain_row(row: Any) -> dict[str, Any]:
    columns = [column for column in row.__table__.columns if not isinstance(column.type, LargeBinary)]
    values = {column.key: _plain(getattr(row, column.key)) for column in columns if column.key not in NOT_TOLD}
    registration = getattr(row, "registration", None)
    if registration is not None:
        values |= {"event": registration.event.key, "organisation": registration.organisation.name_native}
    return values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
