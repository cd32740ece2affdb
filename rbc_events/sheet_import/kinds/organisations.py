"""The sheets of registration: organisations with their registration at an event, and further delegates."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from rbc_events.database import db, fill, lock
from rbc_events.events.models import Event
from rbc_events.registration import history
from rbc_events.registration.claims import claim
from rbc_events.registration.duplicates import plain_name
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Delegate,
    Organisation,
    OrganisationKind,
    Profile,
    Registration,
    RegistrationState,
)
from rbc_events.registration.questionnaire import questions_of
from rbc_events.registration.quotas import QuotaFull, approved_count, places_of
from rbc_events.sheet_import.kind import Change, Held, Importer, Importing, WrongCell
from rbc_events.sheet_import.kinds.answers import answer_columns, put_answers
from rbc_events.sheet_import.kinds.delegates import DELEGATES
from rbc_events.sheet_import.kinds.events import EVENT_KEY, find_event
from rbc_events.sheet_import.kinds.organisation_columns import (
    CONTACT,
    IDENTITY,
    IMPORTED_STATES,
    ORIGINS,
    PROFILE,
    REGISTRATION,
    SAID,
)
from rbc_events.sheet_import.kinds.organisation_fields import fill_organisation
from rbc_events.sheet_import.kinds.people import person_fields, put_person
from rbc_events.sheet_import.recognising import (
    keep_key,
    look_ahead,
    note_likely_double,
    recognise,
    remember_named,
)

Values = Mapping[str, Any]


def write_organisation(importing: Importing, values: Values) -> Change:
    """Add or change an organisation, its profile and statements, its registration at the event and its contact. A
    further row about the same organisation adds one of its people."""
    event = find_event(importing, values)
    before: dict[Any, _Written] = importing.find(("rows", event.id), dict)
    name = _row_name(values)
    if name in before:
        return _add_person(importing, before[name], values)
    people: list[Held[Delegate]] = []
    registration, change = _write_first(importing, event, values, people)
    before[name] = _Written(importing.hold(registration), people, importing.row)
    return change


class _Written(NamedTuple):
    """What the first row about an organisation has written, the people of all its rows, and that row's number."""

    registration: Held[Registration]
    people: list[Held[Delegate]]
    row: int


def _row_name(values: Values) -> tuple[str, ...]:
    """What makes two rows of a sheet rows about one organisation: its key, or where there is none its name."""
    key = values.get("external_key")
    return ("key", key) if key else ("name", plain_name(values["name_native"]), values["country"])


def _add_person(importing: Importing, first: _Written, values: Values) -> Change:
    first_values = importing.read_again(first.row)
    for column in (*IDENTITY, *PROFILE, *SAID):
        here, there = values.get(column.name), first_values.get(column.name)
        if here and there and here != there:
            raise WrongCell(column.name, _l("An earlier row about the same organisation says otherwise."))
    registration = first.registration.get()
    fields = person_fields(values, "contact_")
    fields["language"] = values.get("contact_locale") or registration.language
    people = len(registration.delegates)
    changed = put_person(
        importing, registration, first.people, values.get("contact_email", ""), fields, column="contact_email"
    )
    if len(registration.delegates) > people:
        return Change.ADDED
    return Change.CHANGED if changed else Change.UNCHANGED


def _write_first(
    importing: Importing, event: Event, values: Values, people: list[Held[Delegate]]
) -> tuple[Registration, Change]:
    recognised = recognise(importing, event, values)
    organisation = recognised.organisation
    added = organisation is None
    if organisation is None:
        note_likely_double(importing, event, values)
        profile = Profile(updated_at=importing.now)
        organisation = Organisation(created_at=importing.now, kind=values["kind"], profile=profile)
    changed = False
    if added or may_overwrite(importing, organisation):
        history.keep_before_change(organisation, now=importing.now, besides=event)
        changed = fill_organisation(importing, organisation, event, values)
    db.session.add(organisation)
    registration = None if added else next((each for each in organisation.registrations if each.event is event), None)
    registered = registration is None
    if registration is None:
        registration = _new_registration(importing, event, organisation, values)
    registered |= _fill_registration(importing, registration, values, people)
    if changed and registration.snapshot is not None:
        history.put_right(registration)
    if recognised.claims is not None:
        claim(registration, recognised.claims, actor=importing.actor, now=importing.now)
    remember_named(importing, values, organisation)
    keep_key(importing, event, organisation, values.get("external_key", ""))
    if added:
        return registration, Change.ADDED
    return registration, Change.CHANGED if changed or registered else Change.UNCHANGED


def may_overwrite(importing: Importing, organisation: Organisation) -> bool:
    """An uploaded sheet changes only organisations that take part in no other event than the sheet's."""
    if importing.event is None:
        return True
    return all(each.event is importing.event for each in organisation.registrations)


def _fill_registration(
    importing: Importing, registration: Registration, values: Values, people: list[Held[Delegate]]
) -> bool:
    """The registration, and the contact in the place of the one before; tells whether anything changed. A decided state
    is left as it is."""
    fields = {"language": values.get("contact_locale"), "attends": values.get("attends")}
    fields |= {"capacity": values.get("capacity"), "most_per_day": values.get("most_per_day")}
    changed = fill(registration, {name: value for name, value in fields.items() if value})
    if "staff_note" in values:
        changed |= fill(registration, {"staff_note": values["staff_note"]})
    if values.get("contact_email"):
        contact = person_fields(values, "contact_")
        contact["language"] = values.get("contact_locale") or registration.language
        changed |= put_person(
            importing,
            registration,
            people,
            values["contact_email"],
            {**contact, "contact": True},
            column="contact_email",
        )
    questions = importing.find((questions_of, registration.event), lambda: questions_of(registration.event))
    changed |= put_answers(registration, values, questions)
    for kind in values.get("consents", ()):
        changed |= _consent(importing, registration, ConsentKind(kind))
    return changed


def _new_registration(importing: Importing, event: Event, organisation: Organisation, values: Values) -> Registration:
    state = values.get("state") or RegistrationState.APPROVED
    if state not in IMPORTED_STATES:
        raise WrongCell("state", _l("Must be one of: %(values)s.", values="submitted, waitlisted, approved"))
    if not values.get("contact_email"):
        raise WrongCell("contact_email", _l("A new registration needs the address of its contact."))
    if state == RegistrationState.APPROVED:
        _take_place(importing, event, values["kind"])
    registration = Registration(
        language="ja" if values["country"] == "JP" else "en",
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


def _take_place(importing: Importing, event: Event, kind: OrganisationKind) -> None:
    """Count one more approved organisation of the kind. The rows before it needn't be in the database yet.

    Raises:
        WrongCell: there is no place left.
    """

    def load() -> dict[str, int]:
        lock(event)  # of two sheets that give the last place away, the second sees the first
        places = places_of(event, kind)
        return {} if places is None else {"left": places - approved_count(event, kind)}

    places = importing.find(("places", event.id, kind), load)
    if places and places["left"] <= 0:
        raise WrongCell("state", QuotaFull.message)
    if places:
        places["left"] -= 1


def _consent(importing: Importing, registration: Registration, kind: ConsentKind) -> bool:
    """A consent that the sheet's owner states to have on paper."""
    if any(consent.kind == kind for consent in registration.consents):
        return False
    registration.consents.append(Consent(kind=kind, wording="sheet", given_at=importing.now))
    return True


ORGANISATIONS = Importer(
    "organisations",
    _l("Organisations and their registration"),
    (EVENT_KEY, *IDENTITY, *PROFILE, *SAID, *ORIGINS, *CONTACT, *REGISTRATION),
    ("event_key", "external_key"),
    write_organisation,
    look_ahead,
    more_columns=answer_columns,
    repeats=True,
    above=("external_key", "name_native", "kind"),
)
IMPORTERS = (ORGANISATIONS, DELEGATES)
