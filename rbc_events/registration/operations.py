"""What an organisation does to register. Functions flush; the route commits."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import User
from rbc_events.calendars.busy import Span, overlapping
from rbc_events.database import db, fill
from rbc_events.errors import Closed
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.events.queries import is_over
from rbc_events.i18n import in_language, plain, when
from rbc_events.registration import autosave, life, mails
from rbc_events.registration.consent_texts import CONSENTS
from rbc_events.registration.delegates import contact_of, take_over_zone, take_part
from rbc_events.registration.life import Step
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Registration,
    RegistrationState,
    Unavailability,
)
from rbc_events.registration.nights import leaves_out_nights, nights_of
from rbc_events.registration.participation import current_consents, takes_part

CONSENT_WORDING = "2026-11"  # the version of the texts in consent_texts.py that people agree to
SENT_BY_HAND = (RegistrationState.DRAFT, RegistrationState.ASKED_BACK)


class RegistrationClosed(Closed):
    message = _l("Registration for this event is not open.")


def refuse_closed(event: Event, now: datetime) -> None:
    """Raises RegistrationClosed, with the event's name and the day that matters, unless registration is open."""
    if event.registration_is_open(now):
        return
    name, opens, closes = plain(event.name), event.registration_opens_at, event.registration_closes_at
    if closes is not None and closes <= now:
        closed = _l("Registration for “%(event)s” closed: %(when)s.", event=name, when=when(closes, event.time_zone))
        raise RegistrationClosed(closed)
    if opens is not None and now < opens:
        later = _l("Registration for “%(event)s” opens: %(when)s.", event=name, when=when(opens, event.time_zone))
        raise RegistrationClosed(later)
    raise RegistrationClosed(_l("Registration for “%(event)s” is not open.", event=name))


def save_attendance(
    registration: Registration,
    free: set[int],
    *,
    attends: str,
    capacity: int,
    zone: str,
    days_only: bool,
    actor: User | None,
) -> None:
    """Keep in which of the event's slots (by number) the organisation can meet, where, how many at a time, and by which
    clock. `days_only`: if it meets online, never at night; what was night in its former zone alone is free again.

    The zone becomes also that of an actor who takes part for the organisation: a person has one.
    """
    profile, event = registration.organisation.profile, registration.event
    if not registration.in_person and leaves_out_nights(registration):
        free = free | (nights_of(event, profile.time_zone) - nights_of(event, zone))
    if actor is not None and any(each.user_id == actor.id for each in registration.delegates):
        actor.time_zone = zone
    changed = fill(profile, {"time_zone": zone})
    before, registration.attends = registration.attends, attends
    if days_only and not registration.in_person:
        free = free - nights_of(event, zone)
    busy = {slot.id for slot in registration.event.slots} - free
    known = {row.slot_id for row in registration.unavailable}
    registration.unavailable = [row for row in registration.unavailable if row.slot_id in busy] + [
        Unavailability(slot_id=number) for number in sorted(busy - known)
    ]
    changed = any([fill(registration, {"capacity": capacity}), changed, busy != known, attends != before])
    db.session.flush()
    if changed and takes_part(registration):
        touch(registration.event)


def block_busy_slots(registration: Registration, busy: list[Span]) -> int:
    """Take away the slots in which the organisation is busy elsewhere, from what is saved and from what is being typed;
    what was taken away before stays so. Returns how many more are gone."""
    slots = {slot.id for slot in registration.event.slots if overlapping(slot.starts_at, slot.ends_at, busy)}
    draft = autosave.untick(registration, "availability", "free", slots)
    return max(block(registration, slots), draft)


def block(registration: Registration, slots: set[int]) -> int:
    """Take away these slots (by number) too; gives how many of them weren't yet."""
    more = slots - {row.slot_id for row in registration.unavailable}
    registration.unavailable += [Unavailability(slot_id=number) for number in sorted(more)]
    db.session.flush()
    if more and takes_part(registration):
        touch(registration.event)
    return len(more)


def give_consents(
    registration: Registration, wanted: Mapping[ConsentKind, bool], *, actor: User | None, now: datetime
) -> None:
    """Give the consents that are wanted and not given yet, withdraw those given and no longer wanted; each keeps its
    own row with its own times. Without one that is needed the organisation no longer takes part, at once."""
    given, needed = current_consents(registration), False
    for kind, want in wanted.items():
        if want and kind not in given:
            registration.consents.append(Consent(kind=kind, wording=CONSENT_WORDING, given_at=now))
        elif not want and kind in given:
            for consent in registration.consents:
                if consent.kind == kind and consent.withdrawn_at is None:
                    consent.withdrawn_at = now
            needed = needed or CONSENTS[kind].needed
    db.session.flush()
    if needed and life.possible(registration, Step.TAKE_BACK_CONSENT):
        with in_language(registration.language):
            message = _("A consent that is needed to take part has been withdrawn.")
        life.take(registration, Step.TAKE_BACK_CONSENT, actor=actor, now=now, message=message)


def send_in(registration: Registration, *, actor: User | None, by_staff: bool, now: datetime) -> None:
    """Send a complete draft to the coordinators, or an answer to their question. Sent twice it is sent once.

    Who hasn't confirmed an address yet has to, by the mail that came when they began, or else by one that goes now; a
    coordinator sends for the organisation without.

    Raises:
        RegistrationClosed
    """
    if registration.state not in SENT_BY_HAND:
        return
    if registration.state == RegistrationState.DRAFT and not by_staff:
        refuse_closed(registration.event, now)

    def note() -> None:
        registration.submitted_at = now
        if by_staff and actor is not None:
            registration.registered_by_id = actor.id
        for delegate in registration.delegates:
            take_over_zone(delegate)

    life.take(registration, _sending(registration, by_staff=by_staff), actor=actor, now=now, before=note)
    if registration.state == RegistrationState.UNCONFIRMED:
        mails.ask_to_confirm(registration, now=now)


def _sending(registration: Registration, *, by_staff: bool) -> Step:
    if registration.state == RegistrationState.ASKED_BACK:
        return Step.ANSWER
    return Step.SEND if by_staff or is_confirmed(registration) else Step.SEND_UNCONFIRMED


def is_confirmed(registration: Registration) -> bool:
    return any(delegate.user_id for delegate in registration.delegates)


def confirm_address(registration: Registration, user: User, *, now: datetime) -> None:
    """The contact has opened the link: of a new organisation the person becomes the lead, and what was sent counts.

    Raises:
        LinkSpent: somebody else is the contact by now.
    """
    contact = contact_of(registration)
    if contact.email != user.email:
        raise accounts.LinkSpent
    accounts.confirm_email(user, now=now)
    take_part(contact, user)
    if registration.state == RegistrationState.UNCONFIRMED:
        life.take(registration, Step.CONFIRM, actor=user, now=now)


def withdraw(registration: Registration, *, actor: User | None, now: datetime) -> None:
    """Take the registration back, with all that it had at the event.

    Raises:
        NotPossible: it is over already.
    """
    life.take(registration, Step.WITHDRAW, actor=actor, now=now)


def may_return(registration: Registration, now: datetime, *, by_staff: bool) -> bool:
    """Whether a withdrawn registration can come back: while registration is open; by staff until the event is over.
    One of an organisation that has been merged into another stays as it is."""
    if not life.possible(registration, Step.RETURN) or registration.organisation.merged_into_id is not None:
        return False
    event = registration.event
    if by_staff:
        return not is_over(event, now.astimezone(event.zone).date())
    return event.registration_is_open(now)


def bring_back(registration: Registration, *, actor: User | None, by_staff: bool, now: datetime) -> None:
    """Take a withdrawn registration up again with all that was filled in: it is screened anew, so a quota holds. What
    had never been sent, or never been confirmed, is a draft again.

    Raises:
        RegistrationClosed, NotPossible
    """
    if not may_return(registration, now, by_staff=by_staff):
        if life.possible(registration, Step.RETURN) and not by_staff:
            refuse_closed(registration.event, now)
        raise life.NotPossible
    sent = registration.submitted_at is not None and (registration.registered_by_id or is_confirmed(registration))
    step = Step.RETURN if sent else Step.RETURN_AS_DRAFT
    life.take(registration, step, actor=actor, now=now)
