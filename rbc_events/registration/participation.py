"""Who takes part in an event, and who may be seen and met there. Every door asks here: directory, search,
recommendations, requests, proposals, sheets, timetable, feeds and mails.

Each question is a function of a registration and, beside it, the same as a condition on rows.
"""

from sqlalchemy import ColumnElement, exists

from rbc_events.events.models import Event
from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.models import Consent, ConsentKind, Registration, RegistrationState


def takes_part(registration: Registration) -> bool:
    """Whether the organisation is approved for the event: its people see the directory and have an agenda."""
    return registration.state == RegistrationState.APPROVED


def taking_part(event: Event | None = None) -> ColumnElement[bool]:
    """As `takes_part`, of one event or of any."""
    approved = Registration.state == RegistrationState.APPROVED
    return approved if event is None else (Registration.event_id == event.id) & approved


def may_be_met(registration: Registration) -> bool:
    """Whether the other participants may see the organisation, and so ask to meet it or be asked: it takes part and
    has agreed to its data being shared with them."""
    return takes_part(registration) and ConsentKind.SHARING in current_consents(registration)


def to_be_met(event: Event) -> ColumnElement[bool]:
    """As `may_be_met`."""
    return taking_part(event) & consented(ConsentKind.SHARING)


def to_be_published(event: Event) -> ColumnElement[bool]:
    """Those of whom the public may know that they take part."""
    return taking_part(event) & consented(ConsentKind.PUBLICATION)


def consented(kind: ConsentKind) -> ColumnElement[bool]:
    return exists().where(
        Consent.registration_id == Registration.id, Consent.kind == kind, Consent.withdrawn_at.is_(None)
    )


def current_consents(registration: Registration) -> dict[ConsentKind, Consent]:
    """The consents that count now."""
    return {consent.kind: consent for consent in registration.consents if consent.withdrawn_at is None}


def consents_lacking(registration: Registration) -> list[ConsentKind]:
    """What the organisation has still to agree to before it can be met."""
    given = current_consents(registration)
    return [kind for kind in ConsentKind if CONSENTS[kind].needed and kind not in given]
