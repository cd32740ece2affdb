"""The sheets of registration: organisations with their registration at an event, and further delegates."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from rbc_events import cells
from rbc_events.database import db
from rbc_events.events.importing import EVENT_KEY, find_event, find_region
from rbc_events.events.models import Event
from rbc_events.importing import Change, Column, Importer, Importing, WrongCell, fill
from rbc_events.registration.corporate_number import is_corporate_number, tidy_corporate_number
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Delegate,
    JapanPresence,
    Organisation,
    OrganisationKind,
    Profile,
    Registration,
    RegistrationState,
    Stage,
    StatementKind,
)
from rbc_events.registration.operations import put_statements
from rbc_events.registration.queries import find_known
from rbc_events.registration.words import COLLABORATION_MODES

Values = Mapping[str, Any]

IMPORTED_STATES = {RegistrationState.SUBMITTED, RegistrationState.WAITLISTED, RegistrationState.APPROVED}
STATEMENTS = {
    "offers": StatementKind.OFFER,
    "needs": StatementKind.NEED,
    "seeds": StatementKind.SEED,
    "challenges": StatementKind.CHALLENGE,
}
NAME_FIELDS = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")


def _corporate_number(cell: str) -> str | None:
    number = tidy_corporate_number(cell)
    if number and not is_corporate_number(number):
        raise cells.Unusable(_l("Not a corporate number: 13 digits, the first one checks the others."))
    return number or None


def _import_state(cell: str) -> RegistrationState | None:
    state = cells.one_of(RegistrationState)(cell)
    if state is not None and state not in IMPORTED_STATES:
        raise cells.Unusable(_l("Must be one of: %(values)s.", values="submitted, waitlisted, approved"))
    return state


def write_organisation(importing: Importing, values: Values) -> Change:
    """Add or change an organisation, its profile and statements, its registration at the event and its contact."""
    event = find_event(importing, values)
    organisation = _find_organisation(values)
    added = organisation is None
    if organisation is None:
        profile = Profile(updated_at=importing.now)
        organisation = Organisation(created_at=importing.now, kind=values["kind"], profile=profile)
    changed = False
    if added or may_overwrite(importing, organisation):
        changed = _fill_organisation(importing, organisation, event, values)
    db.session.add(organisation)
    db.session.flush()
    registered = _register(importing, event, organisation, values)
    if added:
        return Change.ADDED
    return Change.CHANGED if changed or registered else Change.UNCHANGED


def _find_organisation(values: Values) -> Organisation | None:
    """By the importer's key, else by corporate number."""
    for value in (values.get("external_key"), values.get("corporate_number")):
        found = find_known(value) if value else None
        if found is not None:
            return found
    return None


def may_overwrite(importing: Importing, organisation: Organisation) -> bool:
    """An uploaded sheet changes only organisations that take part in no other event than the sheet's."""
    if importing.event is None:
        return True
    return all(registration.event_id == importing.event.id for registration in organisation.registrations)


def _fill_organisation(importing: Importing, organisation: Organisation, event: Event, values: Values) -> bool:
    if (values.get("founded") or 0) > importing.now.year:
        raise WrongCell("founded", _l("This year has not come yet."))
    find_region(importing, values.get("region_code"), "region_code")
    for code in values.get("target_regions", ()):
        find_region(importing, code, "target_regions")
    identity = {column.name: values[column.name] for column in IDENTITY if column.name in values}
    key = identity.pop("external_key", "")
    if key and not db.session.scalar(select(exists().where(Organisation.key == key))):
        identity["key"] = key
    said = {column.name: values[column.name] for column in PROFILE if column.name in values}
    if said.get("time_zone") == "":
        said.pop("time_zone")
    # Every change is made: no `or` that stops at the first.
    changes = [fill(organisation, identity), fill(organisation.profile, {**said, "sector_id": event.sector_id})]
    changes += [
        put_statements(organisation, kind, list(zip_longest(values[f"{name}_ja"], values[f"{name}_en"], fillvalue="")))
        for name, kind in STATEMENTS.items()
        if f"{name}_ja" in values and f"{name}_en" in values
    ]
    if any(changes):
        organisation.profile.updated_at = importing.now
    return any(changes)


def _register(importing: Importing, event: Event, organisation: Organisation, values: Values) -> bool:
    """The registration and the contact; tells whether anything changed. A decided state is left as it is."""
    registration = db.session.scalar(select(Registration).filter_by(event_id=event.id, organisation_id=organisation.id))
    changed = registration is None
    if registration is None:
        registration = _new_registration(importing, event, organisation, values)
    fields = {"language": values.get("contact_locale"), "attends": values.get("attends")}
    fields |= {"capacity": values.get("capacity"), "most_per_day": values.get("most_per_day")}
    changed |= fill(registration, {name: value for name, value in fields.items() if value})
    if values.get("contact_email"):
        contact = {name: values.get(f"contact_{name}", "") for name in (*NAME_FIELDS, "title")}
        contact["language"] = values.get("contact_locale") or registration.language
        changed |= put_delegate(registration, values["contact_email"], {**contact, "contact": True})
    for kind in values.get("consents", ()):
        changed |= _consent(importing, registration, ConsentKind(kind))
    return changed


def _new_registration(importing: Importing, event: Event, organisation: Organisation, values: Values) -> Registration:
    state = values.get("state") or RegistrationState.APPROVED
    registration = Registration(
        event=event,
        organisation=organisation,
        state=state,
        created_at=importing.now,
        submitted_at=importing.now,
        decided_at=None if state == RegistrationState.SUBMITTED else importing.now,
        waiting_since=importing.now if state == RegistrationState.WAITLISTED else None,
        registered_by_id=importing.actor and importing.actor.id,
    )
    db.session.add(registration)
    return registration


def put_delegate(registration: Registration, email: str, fields: Values) -> bool:
    """Add or change the delegate with this address; tells whether anything changed."""
    for delegate in registration.delegates:
        if delegate.email == email:
            return fill(delegate, fields)
    registration.delegates.append(Delegate(email=email, position=len(registration.delegates), **fields))
    return True


def _consent(importing: Importing, registration: Registration, kind: ConsentKind) -> bool:
    """A consent that the sheet's owner states to have on paper."""
    if any(consent.kind == kind for consent in registration.consents):
        return False
    registration.consents.append(Consent(kind=kind, wording="sheet", given_at=importing.now))
    return True


def write_delegate(importing: Importing, values: Values) -> Change:
    event = find_event(importing, values)
    organisation = _find_organisation({"external_key": values["external_key"]})
    registration = organisation and db.session.scalar(
        select(Registration).filter_by(event_id=event.id, organisation_id=organisation.id)
    )
    if registration is None:
        raise WrongCell("external_key", _l("No organisation with this key is registered for the event."))
    fields = {name: values[name] for name in (*NAME_FIELDS, "title") if name in values}
    fields["language"] = values.get("language") or registration.language
    if values.get("time_zone"):
        fields["time_zone"] = values["time_zone"]
    known = any(delegate.email == values["email"] for delegate in registration.delegates)
    changed = put_delegate(registration, values["email"], fields)
    return (Change.CHANGED if known else Change.ADDED) if changed else Change.UNCHANGED


def _language(cell: str) -> str:
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
    Column("name_native", _l("Legal name"), cells.text(), required=True),
    Column("name_latin", _l("Name in Latin letters"), cells.text()),
    Column("name_kana", _l("Name in kana"), cells.text()),
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
CONTACT = (
    *(Column(f"contact_{name}", title, cells.text(100)) for name, title in NAMES_OF_A_PERSON.items()),
    Column("contact_title", _l("Position of the contact"), cells.text(100)),
    Column("contact_email", _l("E-mail address of the contact"), cells.email, required=True),
    Column("contact_locale", _l("Language of the contact (ja or en)"), _language),
)
REGISTRATION = (
    Column("state", _l("State (submitted, waitlisted, approved)"), _import_state),
    Column("attends", _l("Attends (in_person or online)"), _attends),
    Column("capacity", _l("Meetings at the same time"), cells.whole_number(1, 50)),
    Column("most_per_day", _l("Most meetings a day"), cells.whole_number(1, 100)),
    Column("consents", _l("Consents given on paper"), cells.some_of([kind.value for kind in ConsentKind])),
)
ORGANISATIONS = Importer(
    "organisations",
    _l("Organisations and their registration"),
    (EVENT_KEY, *IDENTITY, *PROFILE, *SAID, *CONTACT, *REGISTRATION),
    ("event_key", "external_key"),
    write_organisation,
)
DELEGATES = Importer(
    "delegates",
    _l("Further delegates"),
    (
        EVENT_KEY,
        Column("external_key", _l("Key of the organisation"), cells.key, required=True),
        Column("email", _l("E-mail address"), cells.email, required=True),
        *(Column(name, title, cells.text(100)) for name, title in NAMES_OF_A_PERSON.items()),
        Column("title", _l("Position"), cells.text(100)),
        Column("language", _l("Language (ja or en)"), _language),
        Column("time_zone", _l("Time zone"), cells.time_zone),
    ),
    ("event_key", "external_key", "email"),
    write_delegate,
)
IMPORTERS = (ORGANISATIONS, DELEGATES)
