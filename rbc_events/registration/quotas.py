"""How many organisations of a kind an event approves. Every way into an event asks here. Functions flush.

The database keeps quotas too, by triggers: nobody becomes approved beyond one, whoever writes.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events.database import conflict_as, db, lock
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.i18n import plain
from rbc_events.registration.labels import LABELS
from rbc_events.registration.models import Organisation, OrganisationKind, Quota, Registration, RegistrationState
from rbc_events.registration.participation import takes_part, taking_part


class QuotaFull(Conflict):
    title = _l("All places are taken")
    message = _l("All places for this kind of organisation are taken. Put it on the waiting list, or raise the quota.")


def places_of(event: Event, kind: OrganisationKind) -> int | None:
    """The quota of a kind; None where there is no limit."""
    return db.session.scalar(select(Quota.places).filter_by(event_id=event.id, kind=kind))


def approved_count(event: Event, kind: OrganisationKind, *, besides: Registration | None = None) -> int:
    approved = (
        select(func.count(Registration.id))
        .join(Organisation)
        .where(
            taking_part(event),
            Organisation.kind == kind,
            Registration.id.is_distinct_from(besides.id if besides is not None else None),
        )
    )
    return db.session.scalar(approved) or 0


def has_place(event: Event, kind: OrganisationKind, *, besides: Registration | None = None) -> bool:
    """Whether one more of the kind may be approved; `besides`: a registration that isn't counted."""
    places = places_of(event, kind)
    return places is None or approved_count(event, kind, besides=besides) < places


def kept() -> AbstractContextManager[None]:
    """Around what approves or changes a kind: the database's refusal as QuotaFull."""
    return conflict_as(QuotaFull, "within_quota")


def refuse_beyond_quota(registration: Registration) -> None:
    """Raises QuotaFull where the registration can't be approved. The caller holds the event's row."""
    if not has_place(registration.event, registration.organisation.kind, besides=registration):
        raise QuotaFull


def refuse_as(organisation: Organisation, kind: OrganisationKind) -> None:
    """Raises QuotaFull where the organisation, being of this kind from now on, would be one too many at an event that
    has approved it as another kind. Holds the events' rows until the transaction ends."""
    refuse_moving([each for each in organisation.registrations if each.organisation.kind != kind], kind)


def refuse_moving(registrations: list[Registration], kind: OrganisationKind) -> None:
    """Raises QuotaFull, with the event's name, where one of these approved registrations would be one too many of the
    kind. Holds the events' rows until the transaction ends."""
    approved = [each for each in registrations if takes_part(each)]
    lock(*{each.event for each in approved})
    for each in approved:
        if not has_place(each.event, kind, besides=each):
            raise QuotaFull(
                _l(
                    "“%(event)s” has approved as many organisations of this kind (%(kind)s) as it has places for. "
                    "Please ask its staff.",
                    event=plain(each.event.name),
                    kind=LABELS[kind],
                )
            )


def foresee(registration: Registration, after: RegistrationState) -> list[str]:
    """What becomes of the places of this kind when the registration gets into the state `after`."""
    kind = registration.organisation.kind
    places = places_of(registration.event, kind)
    was, is_to_be = takes_part(registration), after == RegistrationState.APPROVED
    if places is None or was == is_to_be:
        return []
    taken = approved_count(registration.event, kind)
    values: dict[str, Any] = {"kind": LABELS[kind], "places": places, "taken": taken + 1}
    if not is_to_be:
        return [_("A place for this kind of organisation (%(kind)s) becomes free.", **values)]
    if taken >= places:
        return [_("All %(places)s places for this kind of organisation (%(kind)s) are taken.", **values)]
    return [_("It takes place %(taken)s of %(places)s for its kind (%(kind)s).", **values)]


def free_for_waiting(event_ids: Sequence[int]) -> dict[int, int]:
    """By event, how many organisations on its waiting lists could be approved now."""
    waits = Registration.state == RegistrationState.WAITLISTED
    counted = (
        select(Registration.event_id, Organisation.kind, func.count().filter(taking_part()), func.count().filter(waits))
        .join(Organisation)
        .where(Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id, Organisation.kind)
    )
    quotas = select(Quota.event_id, Quota.kind, Quota.places).where(Quota.event_id.in_(event_ids))
    places = {(event, kind): number for event, kind, number in db.session.execute(quotas)}
    free: dict[int, int] = {}
    for event, kind, approved, waiting in db.session.execute(counted):
        room = max(places.get((event, kind), approved + waiting) - approved, 0)
        free[event] = free.get(event, 0) + min(room, waiting)
    return free


def set_quotas(event: Event, places: Mapping[OrganisationKind, int | None]) -> None:
    """Keep how many of each kind are approved at most; None for no limit. Nobody who is approved already is moved."""
    known = {quota.kind: quota for quota in db.session.scalars(select(Quota).filter_by(event_id=event.id))}
    for kind, number in places.items():
        if number is None:
            if kind in known:
                db.session.delete(known[kind])
        elif kind in known:
            known[kind].places = number
        else:
            db.session.add(Quota(event_id=event.id, kind=kind, places=number))
    db.session.flush()
