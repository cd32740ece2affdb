"""Taking a decision back: the registration is again as it was before, and who was told is told so. Functions flush."""

from datetime import datetime

from flask_babel import gettext as _

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, require_version
from rbc_events.events.operations import touch
from rbc_events.registration import life, mails, quotas
from rbc_events.registration.models import Registration, StepTaken
from rbc_events.registration.models import RegistrationState as State
from rbc_events.registration.screening import Decision

DECISIONS = frozenset(life.Step(decision) for decision in Decision)


def decision_to_take_back(registration: Registration) -> StepTaken | None:
    """The decision that was the last thing to happen; None where something else was, or none is left."""
    taken = [step for step in registration.steps if step.undone_at is None]
    last = taken[-1] if taken else None
    return last if last is not None and last.step in DECISIONS and last.after == registration.state else None


def foresee(step: StepTaken) -> list[str]:
    """What taking a decision back does, in sentences."""
    said = [_("The mail about it is deleted if it hasn't gone out yet; otherwise another one takes it back.")]
    if life.TRANSITIONS[step.step].meetings == life.Meetings.CALLED_OFF and step.before == State.APPROVED:
        said.append(_("Meetings that were called off with it don't come back."))
    if step.after == State.APPROVED:
        said.append(_("Meetings agreed since stand until you call them off."))
    return said


def take_back(registration: Registration, *, version: int | None, actor: User, now: datetime) -> None:
    """Take the last decision back. `version`: of the registration that the coordinator saw.

    Locks in the order of `life.take`.

    Raises:
        Conflict: somebody changed it meanwhile.
        NotPossible: the last thing that happened was no decision.
        QuotaFull: it would be approved again, and others have taken the places.
    """
    lock(registration)
    require_version(registration, version)
    lock(registration.event)
    step = decision_to_take_back(registration)
    if step is None:
        raise life.NotPossible
    if step.before == State.APPROVED:
        quotas.refuse_beyond_quota(registration)
    if State.APPROVED in (step.before, step.after):
        touch(registration.event)
    step.undone_at, step.undone_by_id = now, actor.id
    _set_back(registration, step)
    db.session.flush()
    if not mails.recall(registration, life.TRANSITIONS[step.step].mail):
        mails.tell(registration, "decision_taken_back", now=now)


def _set_back(registration: Registration, step: StepTaken) -> None:
    earlier = [each for each in registration.steps if each.undone_at is None and each is not step]
    decided = [each for each in earlier if each.step in DECISIONS]
    registration.state = step.before
    registration.message = earlier[-1].message if earlier else ""
    registration.waiting_since = step.waiting_before
    if registration.waiting_since is None and step.before == State.WAITLISTED:
        registration.waiting_since = step.at  # steps taken by an earlier version don't say since when
    if decided:
        registration.decided_at, registration.decided_by_id = decided[-1].at, decided[-1].taken_by_id
    elif step.before == State.SUBMITTED:
        registration.decided_at = registration.decided_by_id = None
