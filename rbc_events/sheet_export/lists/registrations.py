"""Registrations with their people and answers, as the sheet of organisations takes them in again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from rbc_events.database import db
from rbc_events.i18n import language
from rbc_events.registration.models import (
    Delegate,
    ExternalKey,
    Organisation,
    Question,
    QuestionKind,
    Registration,
    StatementKind,
)
from rbc_events.registration.queries import Wanted, registration_numbers
from rbc_events.registration.questionnaire import questions_of
from rbc_events.sheet_export.listing import Asked, Listing, Values
from rbc_events.sheet_import.kind import Column
from rbc_events.sheet_import.kinds import delegates, organisations
from rbc_events.sheet_import.kinds.organisation_columns import IDENTITY, PROFILE
from rbc_events.sheet_import.kinds.people import NAME_FIELDS
from rbc_events.sheet_import.recognising import owner_of

BATCH = 500
STATEMENTS = {
    "offers": StatementKind.OFFER,
    "needs": StatementKind.NEED,
    "seeds": StatementKind.SEED,
    "challenges": StatementKind.CHALLENGE,
}
LEFT_OUT = {"event_key", "contact_name", "contact_name_kana", "is_sample", "origin_ja", "origin_en"}


def _wanted(asked: Asked) -> Wanted:
    return Wanted(
        state=asked.filters.get("state", ""),
        kind=asked.filters.get("kind", ""),
        words=asked.filters.get("q", "")[:100],
        sort=asked.filters.get("sort", "submitted"),
    )


def _registrations(asked: Asked) -> Iterator[Registration]:
    """In the order of the screen, read some hundred at a time."""
    numbers = registration_numbers(asked.event, _wanted(asked))
    everything = (
        selectinload(Registration.organisation).options(
            selectinload(Organisation.profile), selectinload(Organisation.statements)
        ),
        selectinload(Registration.delegates),
        selectinload(Registration.answers),
        selectinload(Registration.consents),
    )
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        rows = db.session.scalars(select(Registration).where(Registration.id.in_(some)).options(*everything))
        found = {row.id: row for row in rows}
        yield from (found[number] for number in some if number in found)


def keys_of(asked: Asked) -> dict[int, str]:
    """By organisation, the key by which the event's own sheets name it."""
    rows = select(ExternalKey.organisation_id, ExternalKey.key).where(ExternalKey.owner == owner_of(asked.event))
    return {row.organisation_id: row.key for row in db.session.execute(rows)}


def _rows(asked: Asked, *, people: bool) -> Iterable[Values]:
    keys, questions = keys_of(asked), questions_of(asked.event)
    for registration in _registrations(asked):
        contact = next((each for each in registration.delegates if each.contact), None)
        named = _identity(registration, keys)
        yield {**named, **_said(registration), **_answers(registration, questions, asked), **_contact(contact)}
        if people:
            others = (each for each in registration.delegates if each is not contact)
            yield from ({**named, **_contact(each)} for each in others)


def _identity(registration: Registration, keys: dict[int, str]) -> dict[str, Any]:
    organisation = registration.organisation
    found = {column.name: getattr(organisation, column.name) for column in IDENTITY if column.name != "external_key"}
    return {**found, "external_key": keys.get(organisation.id) or organisation.key or ""}


def _said(registration: Registration) -> dict[str, Any]:
    """The profile, the statements, and how the organisation takes part."""
    organisation = registration.organisation
    found = {column.name: getattr(organisation.profile, column.name) for column in PROFILE}
    for name, kind in STATEMENTS.items():
        told = [each for each in organisation.statements if each.kind == kind]
        found[f"{name}_ja"] = "\n".join(each.text_ja for each in told).rstrip("\n")
        found[f"{name}_en"] = "\n".join(each.text_en for each in told).rstrip("\n")
    consents = [each.kind.value for each in registration.consents if each.withdrawn_at is None]
    fields = ("state", "attends", "capacity", "most_per_day", "staff_note")
    return {**found, **{name: getattr(registration, name) for name in fields}, "consents": sorted(set(consents))}


def _contact(delegate: Delegate | None) -> dict[str, Any]:
    if delegate is None:
        return {}
    names = {f"contact_{name}": getattr(delegate, name) for name in (*NAME_FIELDS, "title", "email")}
    return {**names, "contact_locale": delegate.language}


def _answers(registration: Registration, questions: Sequence[Question], asked: Asked) -> dict[str, Any]:
    given = {answer.question_id: answer.value for answer in registration.answers}
    return {f"answer_{each.key}": _answer(given.get(each.id), each, asked) for each in questions}


def _answer(value: Any, question: Question, asked: Asked) -> Any:
    if question.kind not in (QuestionKind.CHOICE, QuestionKind.CHOICES) or asked.codes:
        return value
    code = language()
    words = {
        each["key"]: each.get(code) or each.get("ja") or each.get("en") or each["key"] for each in question.options
    }
    chosen = value if isinstance(value, list) else [value] if value else []
    return [words.get(key, key) for key in chosen]


def _columns(asked: Asked) -> list[Column]:
    columns = organisations.ORGANISATIONS.for_event(asked.event).columns
    return [column for column in columns if column.name not in LEFT_OUT]


def _without_people(asked: Asked) -> list[Column]:
    """One row an organisation. A sheet that comes in again needs no contact for one that is registered."""
    return [column for column in _columns(asked) if not column.name.startswith("contact_")]


def _delegates(asked: Asked) -> Iterable[Values]:
    keys = keys_of(asked)
    for registration in _registrations(asked):
        organisation = registration.organisation
        for each in registration.delegates:
            fields = (*NAME_FIELDS, "email", "title", "language", "time_zone")
            yield {
                "external_key": keys.get(organisation.id) or organisation.key or "",
                **{name: getattr(each, name) for name in fields},
            }


def _delegate_columns(_asked: Asked) -> list[Column]:
    return [each for each in delegates.DELEGATES.columns if each.name not in {"event_key", "name", "name_kana"}]


REGISTRATIONS = Listing(
    "registrations",
    _l("Registrations with people and answers"),
    _columns,
    lambda asked: _rows(asked, people=True),
    "organisations",
)
ORGANISATIONS = Listing(
    "organisations", _l("Organisations"), _without_people, lambda asked: _rows(asked, people=False), "organisations"
)
DELEGATES = Listing("delegates", _l("Delegates"), _delegate_columns, _delegates, "delegates")
