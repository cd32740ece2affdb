"""The columns of the sheets of registration, and how their cells are read."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events import cells
from rbc_events.registration.corporate_number import is_corporate_number, tidy_corporate_number
from rbc_events.registration.labels import COLLABORATION_MODES, LABELS
from rbc_events.registration.labels import ORIGINS as ORIGIN_LABELS
from rbc_events.registration.models import (
    ConsentKind,
    JapanPresence,
    OrganisationKind,
    Origin,
    RegistrationState,
    Stage,
)
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Column
from rbc_events.sheet_import.kinds import office_words
from rbc_events.sheet_import.names import full_kana, full_name

LANGUAGES = {"ja": _l("Japanese"), "en": _l("English")}
IMPORTED_STATES = {RegistrationState.SUBMITTED, RegistrationState.WAITLISTED, RegistrationState.APPROVED}
OFFERED_STATES = {state.value: LABELS[state] for state in sorted(IMPORTED_STATES)}
STATES = words.one_of(RegistrationState, {state: LABELS[state] for state in RegistrationState})
KINDS = {kind: LABELS[kind] for kind in OrganisationKind}


class Attendance(StrEnum):
    """How an organisation takes part."""

    IN_PERSON = "in_person"
    ONLINE = "online"


ATTENDS = words.one_of(
    Attendance,
    {Attendance.IN_PERSON: _l("In person"), Attendance.ONLINE: _l("Online")},
    {
        "会場": Attendance.IN_PERSON,
        "来場": Attendance.IN_PERSON,
        "現地": Attendance.IN_PERSON,
        "web": Attendance.ONLINE,
    },
)


def _corporate_number(cell: str) -> str | None:
    number = tidy_corporate_number(cell)
    if number and not is_corporate_number(number):
        raise cells.Unusable(_l("A corporate number has 13 digits. Please check it for a mistake."))
    return number or None


def one_line(longest: int) -> Any:
    """Text in one line, whatever breaks it in the cell."""
    read = cells.text(longest)
    return lambda cell: read(" ".join(cell.split()))


def _both(name: str, japanese: Any, english: Any, longest: int = 2000) -> tuple[Column, Column]:
    read = cells.text(longest, lines=True)
    return Column(f"{name}_ja", japanese, read), Column(f"{name}_en", english, read)


NAMES_OF_A_PERSON = {
    "family_latin": _l("Family name (Latin letters)"),
    "given_latin": _l("Given name (Latin letters)"),
    "family_kanji": _l("Family name (kanji)"),
    "given_kanji": _l("Given name (kanji)"),
    "family_kana": _l("Family name (kana)"),
    "given_kana": _l("Given name (kana)"),
}
IDENTITY = (
    Column("external_key", _l("Key of the organisation"), words.external_key, also=office_words.KEY, example="A-001"),
    Column(
        "kind",
        _l("Kind"),
        words.one_of(OrganisationKind, KINDS, office_words.KINDS),
        required=True,
        also=office_words.KIND,
        same_for_all=True,
        example="local_company",
    ),
    Column(
        "name_native",
        _l("Legal name"),
        cells.organisation_name,
        required=True,
        also=office_words.NAME,
        example="見本電機株式会社",
    ),
    Column("name_latin", _l("Name in Latin letters"), cells.organisation_name, also=office_words.NAME_LATIN),
    Column(
        "name_kana",
        _l("Name in kana"),
        cells.organisation_name,
        also=office_words.NAME_KANA,
        example="ミホンデンキ",
    ),
    Column("corporate_number", _l("Corporate number"), _corporate_number, also=("法人番号",), example="2010405003693"),
    Column(
        "country",
        _l("Country"),
        words.country,
        required=True,
        also=office_words.COUNTRY,
        same_for_all=True,
        example="JP",
    ),
    Column(
        "region_code",
        _l("Prefecture or municipality"),
        words.region,
        also=office_words.REGION,
        same_for_all=True,
    ),
    Column("founded", _l("Founded (year)"), quantities.year(500, 2200), also=office_words.FOUNDED),
    Column("employees", _l("Employees"), quantities.whole_number(0, 10_000_000), also=office_words.EMPLOYEES),
    Column("website", _l("Website"), words.web_address, also=office_words.WEBSITE),
    Column("is_sample", _l("Sample"), quantities.flag),
)
PROFILE = (
    *_both("summary", _l("Summary (Japanese)"), _l("Summary (English)")),
    *_both("technology", _l("Technology or product (Japanese)"), _l("Technology or product (English)")),
    *_both("intellectual_property", _l("Intellectual property (Japanese)"), _l("Intellectual property (English)")),
    Column("stage", _l("Stage of development"), words.one_of(Stage, LABELS)),
    *_both("social_issue", _l("Social issue that it answers (Japanese)"), _l("Social issue that it answers (English)")),
    Column(
        "japan_presence",
        _l("Presence in Japan"),
        words.one_of(JapanPresence, LABELS),
    ),
    Column("partner_types", _l("Partners sought"), words.some_of({kind.value: word for kind, word in KINDS.items()})),
    Column("collaboration_modes", _l("Forms of collaboration sought"), words.some_of(COLLABORATION_MODES)),
    Column("target_regions", _l("Regions of interest"), words.regions),
    *_both("japan_plan", _l("Plans for Japan (Japanese)"), _l("Plans for Japan (English)")),
    *_both("decision_maker", _l("Who decides (Japanese)"), _l("Who decides (English)")),
    Column("languages", _l("Languages"), words.languages),
    Column("time_zone", _l("Time zone"), words.time_zone),
)
SAID = tuple(
    Column(f"{name}_{language}", title, cells.items())
    for name, language, title in (
        ("offers", "ja", _l("Offers, one a line (Japanese)")),
        ("offers", "en", _l("Offers, one a line (English)")),
        ("needs", "ja", _l("Needs, one a line (Japanese)")),
        ("needs", "en", _l("Needs, one a line (English)")),
        ("seeds", "ja", _l("Technology seeds, one a line (Japanese)")),
        ("seeds", "en", _l("Technology seeds, one a line (English)")),
        ("challenges", "ja", _l("Challenges, one a line (Japanese)")),
        ("challenges", "en", _l("Challenges, one a line (English)")),
    )
)
# Of every text in the row, profile and statements, in the one language.
ORIGINS = (
    Column(
        "origin_ja", _l("Origin of the Japanese texts (human, machine, approved)"), words.one_of(Origin, ORIGIN_LABELS)
    ),
    Column(
        "origin_en", _l("Origin of the English texts (human, machine, approved)"), words.one_of(Origin, ORIGIN_LABELS)
    ),
)
CONTACT = (
    *(
        Column(f"contact_{name}", title, cells.person_name, also=office_words.PARTS[name])
        for name, title in NAMES_OF_A_PERSON.items()
    ),
    Column(
        "contact_name", _l("Whole name of the contact"), full_name, also=office_words.WHOLE_NAME, example="見本 太郎"
    ),
    Column(
        "contact_name_kana",
        _l("Whole name of the contact (kana)"),
        full_kana,
        also=office_words.WHOLE_KANA,
        example="ミホン タロウ",
    ),
    Column("contact_title", _l("Position of the contact"), one_line(100), also=office_words.TITLE, example="営業部長"),
    Column(
        "contact_email",
        _l("E-mail address of the contact"),
        words.email,
        also=office_words.ADDRESS,
        example="taro@mihon.example",
    ),
    Column(
        "contact_locale",
        _l("Language of the contact (ja or en)"),
        words.language,
        also=office_words.LANGUAGE,
        same_for_all=True,
        choices=LANGUAGES,
        example="ja",
    ),
)
CONSENTS = words.some_of({kind.value: LABELS[kind] for kind in ConsentKind})
REGISTRATION = (
    Column("state", _l("State (submitted, waitlisted, approved)"), STATES, same_for_all=True, choices=OFFERED_STATES),
    Column("attends", _l("Attends (in_person or online)"), ATTENDS, also=office_words.ATTENDS, same_for_all=True),
    Column("capacity", _l("Meetings at the same time"), quantities.whole_number(1, 50)),
    Column("most_per_day", _l("Most meetings a day"), quantities.whole_number(1, 100)),
    Column(
        "consents", _l("Consents given on paper"), words.some_of({kind.value: LABELS[kind] for kind in ConsentKind})
    ),
    Column("staff_note", _l("Note for staff"), cells.text(4000, lines=True), also=office_words.NOTE, joins=True),
)
