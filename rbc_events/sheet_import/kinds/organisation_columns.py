"""The columns of the sheets of registration, and how their cells are read."""

from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events import cells
from rbc_events.registration.corporate_number import is_corporate_number, tidy_corporate_number
from rbc_events.registration.labels import COLLABORATION_MODES
from rbc_events.registration.models import (
    ConsentKind,
    JapanPresence,
    OrganisationKind,
    Origin,
    RegistrationState,
    Stage,
)
from rbc_events.sheet_import.engine import Column

IMPORTED_STATES = {RegistrationState.SUBMITTED, RegistrationState.WAITLISTED, RegistrationState.APPROVED}


def _corporate_number(cell: str) -> str | None:
    number = tidy_corporate_number(cell)
    if number and not is_corporate_number(number):
        raise cells.Unusable(_l("A corporate number has 13 digits. Please check it for a mistake."))
    return number or None


def _import_state(cell: str) -> RegistrationState | None:
    state = cells.one_of(RegistrationState)(cell)
    if state is not None and state not in IMPORTED_STATES:
        raise cells.Unusable(_l("Must be one of: %(values)s.", values="submitted, waitlisted, approved"))
    return state


def read_language(cell: str) -> str:
    if cell not in {"", "ja", "en"}:
        raise cells.Unusable(_l("Must be one of: %(values)s.", values="ja, en"))
    return cell


def _attends(cell: str) -> str:
    if cell not in {"", "in_person", "online"}:
        raise cells.Unusable(_l("Must be one of: %(values)s.", values="in_person, online"))
    return cell


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
    Column("external_key", _l("Key of the organisation"), cells.key, required=True),
    Column("kind", _l("Kind"), cells.one_of(OrganisationKind), required=True),
    Column("name_native", _l("Legal name"), cells.organisation_name, required=True),
    Column("name_latin", _l("Name in Latin letters"), cells.organisation_name),
    Column("name_kana", _l("Name in kana"), cells.organisation_name),
    Column("corporate_number", _l("Corporate number"), _corporate_number),
    Column("country", _l("Country"), cells.country, required=True),
    Column("region_code", _l("Prefecture or municipality"), cells.region_code),
    Column("founded", _l("Founded (year)"), cells.whole_number(500, 2200)),
    Column("employees", _l("Employees"), cells.whole_number(0, 10_000_000)),
    Column("website", _l("Website"), cells.web_address),
    Column("is_sample", _l("Sample"), cells.flag),
)
PROFILE = (
    *_both("summary", _l("Summary (Japanese)"), _l("Summary (English)")),
    *_both("technology", _l("Technology or product (Japanese)"), _l("Technology or product (English)")),
    *_both("intellectual_property", _l("Intellectual property (Japanese)"), _l("Intellectual property (English)")),
    Column("stage", _l("Stage of development"), cells.one_of(Stage)),
    *_both("social_issue", _l("Social issue that it answers (Japanese)"), _l("Social issue that it answers (English)")),
    Column("japan_presence", _l("Presence in Japan"), cells.one_of(JapanPresence)),
    Column("partner_types", _l("Partners sought"), cells.some_of([kind.value for kind in OrganisationKind])),
    Column("collaboration_modes", _l("Forms of collaboration sought"), cells.some_of(COLLABORATION_MODES)),
    Column("target_regions", _l("Regions of interest"), cells.region_codes),
    *_both("japan_plan", _l("Plans for Japan (Japanese)"), _l("Plans for Japan (English)")),
    *_both("decision_maker", _l("Who decides (Japanese)"), _l("Who decides (English)")),
    Column("languages", _l("Languages"), cells.some_of(cells.LANGUAGE_CODES)),
    Column("time_zone", _l("Time zone"), cells.time_zone),
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
    Column("origin_ja", _l("Origin of the Japanese texts (human, machine, approved)"), cells.one_of(Origin)),
    Column("origin_en", _l("Origin of the English texts (human, machine, approved)"), cells.one_of(Origin)),
)
CONTACT = (
    *(Column(f"contact_{name}", title, cells.person_name) for name, title in NAMES_OF_A_PERSON.items()),
    Column("contact_title", _l("Position of the contact"), cells.text(100)),
    Column("contact_email", _l("E-mail address of the contact"), cells.email, required=True),
    Column("contact_locale", _l("Language of the contact (ja or en)"), read_language),
)
REGISTRATION = (
    Column("state", _l("State (submitted, waitlisted, approved)"), _import_state),
    Column("attends", _l("Attends (in_person or online)"), _attends),
    Column("capacity", _l("Meetings at the same time"), cells.whole_number(1, 50)),
    Column("most_per_day", _l("Most meetings a day"), cells.whole_number(1, 100)),
    Column("consents", _l("Consents given on paper"), cells.some_of([kind.value for kind in ConsentKind])),
)
