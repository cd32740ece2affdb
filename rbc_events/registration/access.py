"""Who may see, change and decide on registrations."""

from collections.abc import Sequence
from typing import Any

from flask import abort, session
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, Select, false, or_, select

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.database import db
from rbc_events.errors import Closed, Forbidden
from rbc_events.events.access import load_managed_event, may_manage, may_view
from rbc_events.events.models import Event
from rbc_events.registration.life import OVER
from rbc_events.registration.models import (
    Answer,
    Audience,
    ConsentKind,
    Delegate,
    Membership,
    Organisation,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Upload,
    UploadKind,
)
from rbc_events.registration.participation import consented, taking_part
from rbc_events.registration.rights import leads, may_write

DRAFTS = "registrations"  # in the session: what this browser began and nobody has confirmed yet
RESUMED = "resumed"  # in the session: drafts that this browser came to by their mailed link


class NotYourOrganisation(Forbidden):
    message = _l(
        "What an organisation says of itself at every event is changed by its leads, by headquarters, or by staff who "
        "manage all its events."
    )


def signed_in() -> Any:
    """Whoever acts, for what keeps that; None for a visitor."""
    return current_user if current_user.is_authenticated else None


def membership_of(actor: Any, organisation: Organisation) -> Membership | None:
    if not actor.is_authenticated:
        return None
    mine = select(Membership).filter_by(user_id=actor.id, organisation_id=organisation.id)
    return db.session.scalar(mine)


def remember_draft(registration: Registration) -> None:
    """Let this browser go on with a registration that it began, until somebody confirms an address for it."""
    session[DRAFTS] = [*session.get(DRAFTS, []), registration.id][-20:]


def _began_here(registration: Registration) -> bool:
    organisation = registration.organisation
    nobodys = not organisation.memberships and len(organisation.registrations) == 1
    return registration.id in session.get(DRAFTS, []) and nobodys


def resume_draft(registration: Registration) -> None:
    """Let this browser go on with a draft whose mailed link was opened in it, until the registration is sent."""
    session[RESUMED] = [*session.get(RESUMED, []), registration.id][-20:]


def is_resumable(registration: Registration) -> bool:
    """Whether the draft's link goes on with it: it is not sent yet, and all that there is of its organisation."""
    return registration.state == RegistrationState.DRAFT and len(registration.organisation.registrations) == 1


def _resumed_here(registration: Registration) -> bool:
    return registration.id in session.get(RESUMED, []) and is_resumable(registration)


def _is_delegate(actor: Any, registration: Registration, *, contact: bool = False) -> bool:
    if not actor.is_authenticated:
        return False
    return any(each.user_id == actor.id and (each.contact or not contact) for each in registration.delegates)


def acts_for(actor: Any, registration: Registration) -> bool:
    """Whether the actor takes part with the registration: as its delegate, or as a member of the organisation."""
    return membership_of(actor, registration.organisation) is not None or _is_delegate(actor, registration)


def acted_for(actor: Any) -> ColumnElement[bool]:
    """The registrations that the actor takes part with."""
    if not actor.is_authenticated:
        return false()
    delegates = select(Delegate.registration_id).where(Delegate.user_id == actor.id)
    members = select(Membership.organisation_id).where(Membership.user_id == actor.id)
    return or_(Registration.id.in_(delegates), Registration.organisation_id.in_(members))


def own_registrations(actor: Any, event: Event) -> Sequence[Registration]:
    """The approved registrations of an event that the actor takes part with; most people have none or one."""
    return db.session.scalars(_own(actor, event)).all() if actor.is_authenticated else []


def own_registration(actor: Any, event: Event) -> Registration | None:
    """The first of `own_registrations`; None where there is none."""
    return db.session.scalar(_own(actor, event).limit(1)) if actor.is_authenticated else None


def _own(actor: Any, event: Event) -> Select[Registration]:
    return select(Registration).where(taking_part(event), acted_for(actor)).order_by(Registration.id)


def may_see(actor: Any, registration: Registration) -> bool:
    """The organisation's people, its delegates to the event, the event's staff, and the browser that began a
    registration nobody confirmed, or came to it by the draft's link."""
    return (
        acts_for(actor, registration)
        or may_view(actor, registration.event)
        or _began_here(registration)
        or _resumed_here(registration)
    )


def may_change(actor: Any, registration: Registration) -> bool:
    """Of the organisation's people only those who lead, and of its delegates the contact."""
    return (
        leads(actor, registration.organisation)
        or _is_delegate(actor, registration, contact=True)
        or may_manage(actor, registration.event)
        or _began_here(registration)
        or _resumed_here(registration)
    )


def may_change_organisation(actor: Any, registration: Registration) -> bool:
    """Whether who may change the registration may also change what the organisation says of itself at every event."""
    return may_write(actor, registration.organisation) or _began_here(registration) or _resumed_here(registration)


def load_organisation(number: int) -> Organisation:
    """An organisation for which the actor acts at every event; also for headquarters, and staff of all its events."""
    actor = require_sign_in()
    found = db.session.get(Organisation, number)
    if found is None or found.merged_into_id is not None:
        abort(404)
    require(may_write(actor, found) or any(each.user_id == actor.id for each in found.memberships))
    return found


def load_colleague(number: int, member: int) -> Membership:
    """A person who acts for it: 404 for another organisation's."""
    organisation = load_organisation(number)
    found = next((each for each in organisation.memberships if each.id == member), None)
    if found is None:
        abort(404)
    return found


def may_see_upload(actor: Any, upload: Upload) -> bool:
    """A logo or presentation: whoever sees the organisation's profile, that is its people, staff of its events, and
    participants approved for an event that it takes part in. An answer: who may see the registration that gave it, and
    participants if the question says so."""
    organisation = db.session.get(Organisation, upload.organisation_id)
    assert organisation is not None  # noqa: S101 - a foreign key
    if any(may_see(actor, registration) for registration in organisation.registrations if _holds(registration, upload)):
        return True
    return actor.is_authenticated and _meets(actor, organisation, _events_of_answer(upload))


def _holds(registration: Registration, upload: Upload) -> bool:
    """Whether the file is the organisation's, or an answer of this very registration."""
    if upload.kind != UploadKind.ANSWER:
        return True
    return any(each.value == upload.id for each in registration.answers if each.question.kind == QuestionKind.FILE)


def _events_of_answer(upload: Upload) -> list[int] | None:
    """For a file that answers a question, the events whose participants see the answer; None for any other file."""
    if upload.kind != UploadKind.ANSWER:
        return None
    shown = (
        select(Question.event_id, Answer.value)
        .join(Answer, Answer.question_id == Question.id)
        .join(Registration, Registration.id == Answer.registration_id)
        .where(
            Registration.organisation_id == upload.organisation_id,
            Question.kind == QuestionKind.FILE,
            Question.visible_to == Audience.PARTNERS,
        )
    )
    return [event_id for event_id, value in db.session.execute(shown) if value == upload.id]


def _meets(actor: Any, organisation: Organisation, events: list[int] | None) -> bool:
    """Whether the actor's organisation and this one are both approved for one event, out of these if any are given,
    and this one has agreed to be seen there."""
    shown = taking_part() & consented(ConsentKind.SHARING)
    theirs = select(Registration.event_id).where(Registration.organisation_id == organisation.id, shown)
    if events is not None:
        theirs = theirs.where(Registration.event_id.in_(events))
    mine = (
        select(Registration.id)
        .join(Membership, Membership.organisation_id == Registration.organisation_id)
        .where(Membership.user_id == actor.id, taking_part(), Registration.event_id.in_(theirs))
    )
    return db.session.scalar(mine.limit(1)) is not None


def find_registration(number: int) -> Registration:
    """A registration; the number of one that became part of another, as older mails have it, leads to that."""
    registration = db.session.get(Registration, number)
    while registration is not None and registration.joined_into_id is not None:
        registration = db.session.get(Registration, registration.joined_into_id)
    if registration is None:
        abort(404)
    return registration


def load_own(number: int) -> Registration:
    registration = find_registration(number)
    require(may_see(current_user, registration))
    return registration


def load_changeable(number: int) -> Registration:
    """A registration that the actor may change.

    Raises:
        Closed: it was declined or withdrawn.
    """
    registration = find_registration(number)
    require(may_change(current_user, registration))
    if registration.state in OVER:
        raise Closed
    return registration


def load_withdrawn(number: int) -> Registration:
    """A registration that the actor may change, were it not over."""
    registration = find_registration(number)
    require(may_change(current_user, registration))
    return registration


def load_of_organisation(number: int) -> Registration:
    """A registration through which the actor may change the organisation itself.

    Raises:
        Closed
        NotYourOrganisation: the actor may change the registration alone.
    """
    registration = load_changeable(number)
    if not may_change_organisation(current_user, registration):
        raise NotYourOrganisation
    return registration


def load_screened(key: str, number: int) -> tuple[Event, Registration]:
    """A registration of an event that the actor manages; 404 for one of another event."""
    event = load_managed_event(key)
    registration = db.session.get(Registration, number)
    if registration is None or registration.event_id != event.id:
        abort(404)
    return event, registration
