"""The sheet of further delegates of organisations that are registered."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events import cells
from rbc_events.sheet_import import words
from rbc_events.sheet_import.kind import Change, Column, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds import office_words
from rbc_events.sheet_import.kinds.events import EVENT_KEY, find_event
from rbc_events.sheet_import.kinds.organisation_columns import NAMES_OF_A_PERSON, one_line
from rbc_events.sheet_import.kinds.people import person_fields, put_person
from rbc_events.sheet_import.names import full_kana, full_name
from rbc_events.sheet_import.recognising import by_key, registered_as

Values = Mapping[str, Any]
PARTS = {name: tuple(word.replace("担当者", "") for word in words_) for name, words_ in office_words.PARTS.items()}


def write_delegate(importing: Importing, values: Values) -> Change:
    event = find_event(importing, values)
    key, email = values["external_key"], values.get("email", "")
    registration = importing.find(("registrations", event.id), lambda: by_key(importing, event)).get(key)
    registration = registration or registered_as(importing, event, key)
    if registration is None:
        raise WrongCell("external_key", _l("No organisation with this key is registered for the event."))
    fields = person_fields(values)
    if not email and not any(fields.values()):
        raise WrongCell("email", _l("Neither name nor address: who is it?"))
    fields["language"] = values.get("language") or registration.language
    if values.get("time_zone"):
        fields["time_zone"] = values["time_zone"]
    before = len(registration.delegates)
    people = importing.find(("people", registration.id), list)
    changed = put_person(importing, registration, people, email, fields, column="email")
    if len(registration.delegates) > before:
        return Change.ADDED
    return Change.CHANGED if changed else Change.UNCHANGED


KEY = Column(
    "external_key",
    _l("Key of the organisation"),
    words.external_key,
    required=True,
    also=office_words.KEY,
    example="A-001",
)
DELEGATES = Importer(
    "delegates",
    _l("Further delegates"),
    (
        EVENT_KEY,
        KEY,
        Column("email", _l("E-mail address"), words.email, also=office_words.ADDRESS, example="jiro@mihon.example"),
        *(Column(name, title, cells.person_name, also=PARTS[name]) for name, title in NAMES_OF_A_PERSON.items()),
        Column("name", _l("Whole name"), full_name, also=office_words.WHOLE_NAME, example="見本 次郎"),
        Column("name_kana", _l("Whole name (kana)"), full_kana, also=office_words.WHOLE_KANA, example="ミホン ジロウ"),
        Column("title", _l("Position"), one_line(100), also=office_words.TITLE, example="研究員"),
        Column("language", _l("Language (ja or en)"), words.language, also=office_words.LANGUAGE, same_for_all=True),
        Column("time_zone", _l("Time zone"), words.time_zone),
    ),
    ("event_key", "external_key", "email"),
    write_delegate,
    repeats=True,
    above=("external_key",),
)
