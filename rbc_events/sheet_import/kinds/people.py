"""The people in sheets of registrations: contacts and further delegates."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.registration.delegates import change_delegate
from rbc_events.registration.models import Delegate, Registration
from rbc_events.sheet_import.kind import Held, Importing, WrongCell

Values = Mapping[str, Any]
NAME_FIELDS = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")
TOLD_APART_BY = ("family_kanji", "given_kanji", "family_latin", "given_latin")
WHOLE = ("name", "name_kana")


def person_fields(values: Values, prefix: str = "") -> dict[str, Any]:
    """What a row says of a person. A part of the name that has a column of its own goes before that of a whole name."""
    fields: dict[str, Any] = {}
    for column in WHOLE:
        fields |= values.get(f"{prefix}{column}") or {}
    told = {name: values[f"{prefix}{name}"] for name in (*NAME_FIELDS, "title") if f"{prefix}{name}" in values}
    return fields | {name: value for name, value in told.items() if value or name not in fields}


def put_person(
    importing: Importing,
    registration: Registration,
    people: list[Held[Delegate]],
    email: str,
    fields: Values,
    *,
    column: str,
) -> bool:
    """Add or change the delegate whom a row is about; tells whether anything changed. Two rows of one sheet with one
    address are two people who share a mailbox. `people`: whom the sheet's rows were about so far, to which this one is
    added.

    Raises:
        WrongCell: the sheet has the same person twice.
    """
    written = [each.get() for each in people]
    same = [each for each in registration.delegates if each.email == email]
    named = [each for each in same if _is_named(each, fields)]
    free = [each for each in named or same if each not in written]
    if named and not free:
        raise WrongCell(column, _l("An earlier row is about the same person."))
    delegate = free[0] if free and (email or named) else None
    if delegate is None:
        delegate = Delegate(position=len(registration.delegates))
        registration.delegates.append(delegate)
    people.append(importing.hold(delegate))
    return change_delegate(delegate, {"email": email, **fields}, actor=importing.actor)


def _is_named(delegate: Delegate, fields: Values) -> bool:
    told = {name: fields[name] for name in TOLD_APART_BY if fields.get(name)}
    return bool(told) and all(getattr(delegate, name) == value for name, value in told.items())
