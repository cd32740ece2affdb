"""The life of a registration: one table of the steps that change its state, and the one function that takes them.

`docs/registration.md` draws the table. What a step does to rows of later features (meetings and their requests) they do
themselves: they add a `Consequence` here, in their `blueprint.py`. Functions flush; the route commits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, require_version
from rbc_events.errors import Conflict
from rbc_events.events.operations import touch
from rbc_events.registration import mails, quotas
from rbc_events.registration.models import Registration, Step, StepTaken
from rbc_events.registration.models import RegistrationState as State


class Meetings(Enum):
    """What becomes of the open requests and the meetings to come of an organisation."""

    UNTOUCHED = "untouched"
    STAND = "stand"  # until a coordinator calls them off or it takes part again: home shows them meanwhile
    CALLED_OFF = "called_off"  # at once; everybody who knows of one is told


class Place(Enum):
    """What becomes of the place on the waiting list."""

    KEPT = "kept"
    GIVEN = "given"  # the last one, unless one was kept
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Transition:
    """`mail`: the kind of the mail that tells the contact; without one the caller writes what there is to write."""

    before: frozenset[State]
    after: State
    meetings: Meetings = Meetings.UNTOUCHED
    place: Place = Place.KEPT
    mail: str = ""


SCREENED = frozenset({State.SUBMITTED, State.ASKED_BACK, State.WAITLISTED})
OVER = frozenset({State.DECLINED, State.WITHDRAWN})
UNKNOWN = frozenset({State.DRAFT, State.UNCONFIRMED})
_GONE: dict[str, Any] = {"meetings": Meetings.CALLED_OFF, "place": Place.GIVEN_UP}

TRANSITIONS: dict[Step, Transition] = {
    Step.SEND: Transition(frozenset({State.DRAFT}), State.SUBMITTED, mail="registered"),
    Step.SEND_UNCONFIRMED: Transition(frozenset({State.DRAFT}), State.UNCONFIRMED),
    Step.CONFIRM: Transition(frozenset({State.UNCONFIRMED}), State.SUBMITTED, mail="registered"),
    Step.ANSWER: Transition(frozenset({State.ASKED_BACK}), State.SUBMITTED, mail="registered"),
    Step.APPROVE: Transition(SCREENED | {State.DECLINED}, State.APPROVED, place=Place.GIVEN_UP, mail="approved"),
    Step.WAITLIST: Transition(SCREENED - {State.WAITLISTED}, State.WAITLISTED, place=Place.GIVEN, mail="waiting_list"),
    Step.ASK_BACK: Transition(
        SCREENED | {State.APPROVED}, State.ASKED_BACK, meetings=Meetings.STAND, mail="asked_back"
    ),
    Step.DECLINE: Transition(SCREENED | {State.APPROVED}, State.DECLINED, mail="declined", **_GONE),
    Step.TAKE_BACK_CONSENT: Transition(
        frozenset({State.SUBMITTED, State.WAITLISTED, State.APPROVED}),
        State.ASKED_BACK,
        meetings=Meetings.CALLED_OFF,
        mail="asked_back",
    ),
    Step.WITHDRAW: Transition(frozenset(State) - OVER, State.WITHDRAWN, mail="withdrawn", **_GONE),
    Step.RETURN: Transition(frozenset({State.WITHDRAWN}), State.SUBMITTED, mail="registered"),
    Step.RETURN_AS_DRAFT: Transition(frozenset({State.WITHDRAWN}), State.DRAFT),
}


class NotPossible(Conflict):
    title = _l("No longer possible")
    message = _l("In its present state this can't be done with the registration. Please look at it again.")


class Consequence(Protocol):
    """What a later feature has to do when a step is taken, and the sentences that say so before."""

    def foresee(self, registration: Registration, meetings: Meetings, now: datetime) -> list[str]: ...

    def carry_out(
        self, registration: Registration, meetings: Meetings, *, actor: User | None, now: datetime
    ) -> None: ...


CONSEQUENCES: list[Consequence] = []


def possible(registration: Registration, step: Step) -> bool:
    return registration.state in TRANSITIONS[step].before


def foresee(registration: Registration, step: Step, *, now: datetime) -> list[str]:
    """What the step will do, in sentences for the page that offers it."""
    transition = TRANSITIONS[step]
    said = [line for each in CONSEQUENCES for line in each.foresee(registration, transition.meetings, now)]
    said += quotas.foresee(registration, transition.after)
    if registration.waiting_since is not None and transition.place == Place.GIVEN_UP and transition.after in OVER:
        said.append(_("The place on the waiting list is given up."))
    if transition.mail and registration.state not in UNKNOWN:
        said.append(_("The contact is told by mail."))
    return said


def take(
    registration: Registration,
    step: Step,
    *,
    actor: User | None,
    now: datetime,
    message: str = "",
    version: int | None = None,
    before: Callable[[], None] | None = None,
) -> None:
    """Take a step, with all that it does to meetings, the waiting list and quotas, and tell the contact.

    `message`: the office's words to the organisation. `version`: of the registration that the actor saw. `before`
    changes what goes with the step, once it is sure that it is taken.
    Rows are locked in this order everywhere: registration, event, requests and meetings. So of a withdrawal and a
    publication, an acceptance, or another decision at the same moment the second always sees the first.

    Raises:
        Conflict: somebody changed it meanwhile.
        NotPossible, QuotaFull
    """
    transition = TRANSITIONS[step]
    _lock_for(step, registration, version)
    if transition.after == State.APPROVED:
        quotas.refuse_beyond_quota(registration)
    if State.APPROVED in (registration.state, transition.after):
        touch(registration.event)
    # Who has never confirmed the address isn't written to about taking a draft back.
    told = step != Step.WITHDRAW or registration.state not in UNKNOWN
    _enter(registration, step, actor, now, message)
    if before is not None:
        before()
    with quotas.kept():
        db.session.flush()
    for each in CONSEQUENCES:
        each.carry_out(registration, transition.meetings, actor=actor, now=now)
    if transition.mail and told:
        mails.tell(registration, transition.mail, now=now, message=message)


def _lock_for(step: Step, registration: Registration, version: int | None) -> None:
    lock(registration)
    require_version(registration, version)
    lock(registration.event)
    if not possible(registration, step):
        raise NotPossible


def _enter(registration: Registration, step: Step, actor: User | None, now: datetime, message: str) -> None:
    """Write the step down, and put the registration into the state after it."""
    transition = TRANSITIONS[step]
    registration.steps.append(
        StepTaken(
            step=step,
            before=registration.state,
            after=transition.after,
            at=now,
            taken_by_id=actor.id if actor is not None else None,
            message=message,
            waiting_before=registration.waiting_since,
        )
    )
    registration.state, registration.message = transition.after, message
    registration.waiting_since = _place(registration, transition.place, now)


def _place(registration: Registration, place: Place, now: datetime) -> datetime | None:
    if place == Place.GIVEN_UP:
        return None
    return registration.waiting_since or (now if place == Place.GIVEN else None)
