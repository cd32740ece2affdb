"""Erasing a person: in every table and file, while meetings and outcomes stay countable. Functions flush.

Rows that say who did something, such as who recorded a meeting, keep their number of the account, which has no name any
more. Consents stay as proof; they hold no name. Texts that others wrote lose the person's addresses and full names.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, Column, Delete, String, Text, and_, cast, delete, func, select, update
from sqlalchemy.types import Enum, TypeDecorator

from rbc_events.accounts.models import Grant, User
from rbc_events.audit import AuditEntry
from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.follow_ups import queries as follow_ups
from rbc_events.follow_ups.operations import pass_on
from rbc_events.mail.models import Unsubscription
from rbc_events.meetings.models import CalendarEntry, IncomingMail, PrintRun
from rbc_events.outbox.models import Delivery, FailingAddress, OutboxMessage
from rbc_events.privacy.models import ErasureRequest
from rbc_events.privacy.people import Mention, Person
from rbc_events.privacy.telling import note_left_alone
from rbc_events.registration.models import UnsavedEntries

NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")
NOBODY = "erased.invalid"  # RFC 2606: no mail ever reaches it
GONE = "–"
TELEPHONE = re.compile(r"(?<![\d-])[+0][\d() -]{8,18}\d")  # a corporate number begins with neither

# Rows that are the person's own and go with them. The other columns that refer to accounts say who did something.
THEIR_OWN = frozenset(
    {
        "address_changes.user_id",
        "bookmarks.user_id",
        "coordinator_limits.user_id",
        "feeds.owner_id",
        "grants.user_id",
        "links.user_id",
        "memberships.user_id",
        "outcome_readers.user_id",
        "own_notes.user_id",
        "passkeys.user_id",
        "recovery_codes.user_id",
        "saved_searches.user_id",
        "second_factors.user_id",
        "sign_ins.user_id",
        "working_hours.user_id",
    }
)


class LastHeadquarters(Unacceptable):
    message = _l("This is the last account of headquarters. Appoint another one first.")


def erase_person(person: Person, *, mails: Path | None, now: datetime, actor: User | None = None) -> None:
    """Take the person out of everything. `mails`: the folder to which mails are written, where no server sends them.

    Raises:
        LastHeadquarters
    """
    _require_other_headquarters(person)
    mentions, organisations = person.mentions(), person.organisation_ids
    asked = follow_ups.waiting_for(person.addresses)
    _empty_mails(person)
    _empty_texts(mentions)
    _forget_prints(person)
    if mails is not None:
        delete_mail_files(mails, mentions)
    db.session.flush()
    for row in person.rows:
        for name in NAMES:
            setattr(row, name, "")
        row.email = f"{row.__tablename__}-{row.id}@{NOBODY}"
    for researcher in person.researchers:
        db.session.delete(researcher)
    for delegate in person.delegates:
        delegate.title, delegate.user_id, delegate.contact = "", None, False
        # A list's columns that we have no place for are kept there, so often somebody's number.
        delegate.registration.staff_note = TELEPHONE.sub(GONE, delegate.registration.staff_note)
    for interpreter in person.interpreters:
        interpreter.user_id, interpreter.note = None, ""
    if person.user is not None:
        _close_account(person.user)
        done = update(ErasureRequest).where(ErasureRequest.user_id == person.user.id)
        db.session.execute(done.values(done_at=now, done_by_id=actor.id if actor else None))
    db.session.flush()
    for question in asked:
        pass_on(question, now=now)
    note_left_alone(organisations, now=now)


def _require_other_headquarters(person: Person) -> None:
    if person.user is None or not any(grant.role == "headquarters" for grant in person.user.grants):
        return
    others = select(Grant.id).where(Grant.role == "headquarters", Grant.user_id != person.user.id).limit(1)
    if db.session.scalar(others) is None:
        raise LastHeadquarters


def _close_account(user: User) -> None:
    """The account stays as a number that others' rows refer to; nobody can sign in to it."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if str(column) in THEIR_OWN:
                db.session.execute(delete(table).where(column == user.id))
    db.session.expire(user, ["grants"])
    user.password_hash, user.active, user.email_confirmed_at = "", False, None


def _empty_mails(person: Person) -> None:
    """Empty the mails to the person, and those to others about events in which the person had a part, since these may
    name the person. Mails to the person that still wait are never sent."""
    addresses = [address.lower() for address in person.addresses]
    theirs = func.lower(OutboxMessage.recipient).in_(addresses)
    waiting = (Delivery.QUEUED, Delivery.AWAITING_RETRY)
    db.session.execute(delete(OutboxMessage).where(theirs, OutboxMessage.state.in_(waiting)))
    emptied = {"subject": "", "content": b"", "fault": ""}
    number = cast(OutboxMessage.id, String)
    gone = {**emptied, "recipient": "mail-" + number + f"@{NOBODY}", "occasion": "erased:" + number}
    db.session.execute(update(OutboxMessage).where(theirs).values(gone))
    beside = (OutboxMessage.event_id.in_(person.event_ids), OutboxMessage.state.not_in(waiting))
    db.session.execute(update(OutboxMessage).where(*beside).values(content=b""))
    held = func.lower(CalendarEntry.recipient).in_(addresses)
    entry = "entry-" + cast(CalendarEntry.id, String) + f"@{NOBODY}"
    db.session.execute(_theirs_among_incoming(addresses))
    aside = update(IncomingMail).where(IncomingMail.event_id.in_(person.event_ids)).values(content=b"")
    db.session.execute(aside)
    db.session.execute(update(CalendarEntry).where(held).values(recipient=entry, answer_text=""))
    db.session.execute(delete(FailingAddress).where(FailingAddress.address.in_(addresses)))
    db.session.execute(delete(Unsubscription).where(Unsubscription.address.in_(addresses)))
    drafts = UnsavedEntries.registration_id.in_(person.registration_ids)
    db.session.execute(delete(UnsavedEntries).where(drafts))


def _theirs_among_incoming(addresses: list[str]) -> Delete:
    """Mails that the person sent, that tell of their address, or that came to an invitation of theirs."""
    held = select(CalendarEntry.id).where(func.lower(CalendarEntry.recipient).in_(addresses))
    theirs = IncomingMail.sender.in_(addresses) | IncomingMail.said_by.in_(addresses) | IncomingMail.entry_id.in_(held)
    return delete(IncomingMail).where(theirs)


def _forget_prints(person: Person) -> None:
    db.session.execute(delete(PrintRun).where(PrintRun.event_id.in_(person.event_ids)))


def text_columns() -> Iterable[Column[Any]]:
    """Every column in which somebody may have written a name: texts and JSON, of all tables. What the audit log says is
    the program's, and stays as it is."""
    for table in db.metadata.sorted_tables:
        if table.name == AuditEntry.__tablename__:
            continue
        for column in table.columns:
            kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
            free = isinstance(kind, Text | String | JSON) and not isinstance(kind, Enum)
            if free and not column.foreign_keys and not column.primary_key:
                yield column


def _empty_texts(mentions: Sequence[Mention]) -> None:
    """Take the person's addresses and full names out of what others wrote."""
    for column in text_columns():
        for mention in mentions:
            _empty_column(column, mention)


def _empty_column(column: Column[Any], mention: Mention) -> None:
    as_text = func.lower(cast(column, Text))
    words = [json.dumps(word)[1:-1] for word in mention.words] if isinstance(column.type, JSON) else mention.words
    holds = and_(*(as_text.contains(word.lower(), autoescape=True) for word in words))
    key = list(column.table.primary_key)
    for *number, value in db.session.execute(select(*key, column).where(holds)).all():
        emptied = _without(value, mention)
        if emptied != value:
            row = and_(*(each == own for each, own in zip(key, number, strict=True)))
            db.session.execute(update(column.table).where(row).values({column.name: emptied}))


def _without(value: Any, mention: Mention) -> Any:
    """The same text, list or mapping without the mention."""
    if isinstance(value, str):
        return mention.pattern.sub(GONE, value)
    if isinstance(value, list):
        return [_without(each, mention) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, mention) for key, each in value.items()}
    return value


def delete_mail_files(folder: Path, mentions: Sequence[Mention]) -> None:
    """Mails that were written as files to the person, or that name them."""
    for path in folder.glob("*.eml"):
        if _names(path.read_bytes(), mentions):
            path.unlink(missing_ok=True)


def _names(raw: bytes, mentions: Sequence[Mention]) -> bool:
    mail = message_from_bytes(raw, policy=policy.default)
    texts = [str(value) for value in mail.values()]
    texts += [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    return any(mention.pattern.search(text) for mention in mentions for text in texts)
