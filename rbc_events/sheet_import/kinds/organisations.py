"""The sheets of registration: organisations with their registration at an event, and further delegates."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from rbc_events import cells
from rbc_events.database import db, fill, lock
from rbc_events.events.models import Event
from rbc_events.registration import history
from rbc_events.registration.claims import claim
from rbc_events.registration.delegates import change_delegate
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Delegate,
    Organisation,
    Origin,
    Profile,
    Registration,
    RegistrationState,
    StatementKind,
)
from rbc_events.registration.operations import new_key
from rbc_events.registration.profiles import number_fields, put_statements
from rbc_events.registration.quotas import QuotaFull, has_place, refuse_as
from rbc_events.sheet_import.engine import Change, Column, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds.events import EVENT_KEY, find_event, find_region
from rbc_events.sheet_import.kinds.organisation_columns import (
    CONTACT,
    IDENTITY,
    NAMES_OF_A_PERSON,
    ORIGINS,
    PROFILE,
    REGISTRATION,
    SAID,
    read_language,
)
from rbc_events.sheet_import.recognising import by_key, find_named, look_ahead, recognise, registered_as

Values = Mapping[str, Any]

STATEMENTS = {
    "offers": StatementKind.OFFER,
    "needs": StatementKind.NEED,
    "seeds": StatementKind.SEED,
    "challenges": StatementKind.CHALLENGE,
}
NAME_FIELDS = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")


def write_organisation(importing: Importing, values: Values) -> Change:
    """Add or change an organisation, its profile and statements, its registration at the event and its contact."""
    event = find_event(importing, values)
    recognised = recognise(importing, event, values)
    organisation = recognised.organisation
    added = organisation is None
    if organisation is None:
        profile = Profile(updated_at=importing.now)
        organisation = Organisation(created_at=importing.now, kind=values["kind"], profile=profile)
    changed = False
    if added or may_overwrite(importing, organisation):
        history.keep_before_change(organisation, now=importing.now, besides=event)
        changed = _fill_organisation(importing, organisation, event, values)
    db.session.add(organisation)
    registration = (
        None if added else next((each for each in organisation.registrations if each.event_id == event.id), None)
    )
    registered = registration is None
    if registration is None:
        registration = _new_registration(importing, event, organisation, values)
    registered |= _fill_registration(importing, registration, values)
    if changed and registration.snapshot is not None:
        history.put_right(registration)
    if recognised.claims is not None:
        claim(registration, recognised.claims, actor=importing.actor, now=importing.now)
    if added:
        return Change.ADDED
    return Change.CHANGED if changed or registered else Change.UNCHANGED


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
    if key and key != organisation.key and _is_free(importing, key):
        identity["key"] = key
    elif organisation.key is None:  # it is said to be the one that has the sheet's key
        identity["key"] = new_key()
    if "corporate_number" in identity:
        identity |= number_fields(organisation, identity["corporate_number"])
    if identity.get("kind") and organisation.id is not None:
        try:
            refuse_as(organisation, identity["kind"])
        except QuotaFull as refused:
            raise WrongCell("kind", refused.message) from refused
    said = {column.name: values[column.name] for column in PROFILE if column.name in values}
    said["origins"] = _origins(organisation.profile, said, values)
    if said.get("time_zone") == "":
        said.pop("time_zone")
    # Every change is made: no `or` that stops at the first.
    changes = [fill(organisation, identity), fill(organisation.profile, {**said, "sector_id": event.sector_id})]
    changes += [
        put_statements(
            organisation,
            kind,
            list(zip_longest(values[f"{name}_ja"], values[f"{name}_en"], fillvalue="")),
            (values.get("origin_ja"), values.get("origin_en")),
        )
        for name, kind in STATEMENTS.items()
        if f"{name}_ja" in values and f"{name}_en" in values
    ]
    if any(changes):
        organisation.profile.updated_at = importing.now
    return any(changes)


def _is_free(importing: Importing, key: str) -> bool:
    return find_named(importing, key) is None or not db.session.scalar(select(exists().where(Organisation.key == key)))


def _origins(profile: Profile, said: Values, values: Values) -> dict[str, str]:
    """Where the profile's texts come from: as the sheet tells for those that it holds, else as before."""
    origins = dict(profile.origins or {})
    for code in ("ja", "en"):
        told: Origin | None = values.get(f"origin_{code}")
        for name in [name for name in said if told and name.endswith(f"_{code}")]:
            origins.pop(name, None)
            if told and told != Origin.HUMAN and said[name]:
                origins[name] = told.value
    return origins


def _fill_registration(importing: Importing, registration: Registration, values: Values) -> bool:
    """The registration, and the contact in the place of the one before; tells whether anything changed. A decided state
    is left as it is."""
    fields = {"language": values.get("contact_locale"), "attends": values.get("attends")}
    fields |= {"capacity": values.get("capacity"), "most_per_day": values.get("most_per_day")}
    changed = fill(registration, {name: value for name, value in fields.items() if value})
    if values.get("contact_email"):
        columns = (*NAME_FIELDS, "title")
        contact = {name: values[f"contact_{name}"] for name in columns if f"contact_{name}" in values}
        contact["language"] = values.get("contact_locale") or registration.language
        changed |= put_delegate(importing, registration, values["contact_email"], {**contact, "contact": True})
    for kind in values.get("consents", ()):
        changed |= _consent(importing, registration, ConsentKind(kind))
    return changed


def _new_registration(importing: Importing, event: Event, organisation: Organisation, values: Values) -> Registration:
    state = values.get("state") or RegistrationState.APPROVED
    if state == RegistrationState.APPROVED:
        lock(event)  # of two sheets that give the last place away, the second sees the first
        if not has_place(event, organisation.kind):
            raise WrongCell("state", QuotaFull.message)
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


def put_delegate(importing: Importing, registration: Registration, email: str, fields: Values) -> bool:
    """Add or change the delegate with this address; tells whether anything changed."""
    delegate = next((each for each in registration.delegates if each.email == email), None)
    if delegate is None:
        delegate = Delegate(position=len(registration.delegates))
        registration.delegates.append(delegate)
    return change_delegate(delegate, {"email": email, **fields}, actor=importing.actor)


def _consent(importing: Importing, registration: Registration, kind: ConsentKind) -> bool:
    """A consent that the sheet's owner states to have on paper."""
    if any(consent.kind == kind for consent in registration.consents):
        return False
    registration.consents.append(Consent(kind=kind, wording="sheet", given_at=importing.now))
    return True


def write_delegate(importing: Importing, values: Values) -> Change:
    event = find_event(importing, values)
    key = values["external_key"]
    registration = importing.find((by_key, event.id), lambda: by_key(event)).get(key) or registered_as(event, key)
    if registration is None:
        raise WrongCell("external_key", _l("No organisation with this key is registered for the event."))
    fields = {name: values[name] for name in (*NAME_FIELDS, "title") if name in values}
    fields["language"] = values.get("language") or registration.language
    if values.get("time_zone"):
        fields["time_zone"] = values["time_zone"]
    known = any(delegate.email == values["email"] for delegate in registration.delegates)
    changed = put_delegate(importing, registration, values["email"], fields)
    return (Change.CHANGED if known else Change.ADDED) if changed else Change.UNCHANGED


ORGANISATIONS = Importer(
    "organisations",
    _l("Organisations and their registration"),
    (EVENT_KEY, *IDENTITY, *PROFILE, *SAID, *ORIGINS, *CONTACT, *REGISTRATION),
    ("event_key", "external_key"),
    write_organisation,
    look_ahead,
)
DELEGATES = Importer(
    "delegates",
    _l("Further delegates"),
    (
        EVENT_KEY,
        Column("external_key", _l("Key of the organisation"), cells.key, required=True),
        Column("email", _l("E-mail address"), cells.email, required=True),
        *(Column(name, title, cells.person_name) for name, title in NAMES_OF_A_PERSON.items()),
        Column("title", _l("Position"), cells.text(100)),
        Column("language", _l("Language (ja or en)"), read_language),
        Column("time_zone", _l("Time zone"), cells.time_zone),
    ),
    ("event_key", "external_key", "email"),
    write_delegate,
)
IMPORTERS = (ORGANISATIONS, DELEGATES)
