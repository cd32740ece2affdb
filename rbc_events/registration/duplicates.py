"""Organisations that are there twice: finding them, and making one of two."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import Any

from cleanco import basename
from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, Select, delete, or_, select, update

from rbc_events.database import db
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event
from rbc_events.matching.text import letters
from rbc_events.registration.joining import Joining, join
from rbc_events.registration.life import OVER
from rbc_events.registration.models import Claim, Membership, Organisation, Registration, Upload, UploadKind
from rbc_events.registration.quotas import kept as quotas_kept
from rbc_events.registration.quotas import refuse_moving
from rbc_events.registration.rights import has_lead

# What a Japanese name says of the legal form, whole or shortened in brackets, and what those of other countries say in
# full; how these are shortened, cleanco knows.
LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|(一般|公益)(社団|財団)法人|医療法人(社団|財団)?|社会福祉法人|学校法人"
    r"|(国立|公立)大学法人|(地方)?独立行政法人|国立研究開発法人|特定非営利活動法人|npo法人|農事組合法人|(弁護士|税理士|監査)法人"
    r"|\((株|有|同|資|名|相|一社|一財|公社|公財|社|財|医|福|学|大|独|国研|特非|npo|農|弁|税)\)"
    r"|\b(gesellschaft mit beschränkter haftung|aktiengesellschaft|besloten vennootschap|limited liability company"
    r"|sociedad (de responsabilidad )?limitada|sociedad anónima|societ(à a responsabilità limitata|à per azioni)"
    r"|société (anonyme|par actions simplifiée|à responsabilité limitée)|joint stock company|kabushiki kaisha)\b"
)
LIKENESS = 0.92  # of two names; below it, sister companies of one group begin to look alike


HandOver = Callable[[Organisation, Organisation], None]
HAND_OVER: list[HandOver] = []


def hands_over(function: HandOver) -> HandOver:
    """Have merging call this first, with the double and the other one: for rows of later features that need more than
    to refer to the other one from now on."""
    HAND_OVER.append(function)
    return function


class BothRegistered(Conflict):
    message = _l("Both are registered for the same event. Withdraw one of the two registrations first.")


class SameOrganisation(Unacceptable):
    message = _l("These are one organisation already.")


@lru_cache(maxsize=50_000)
def plain_name(name: str) -> str:
    """A name without width, case, accents, variants of characters, legal form and punctuation.

    >>> plain_name("Müller Robotics GmbH"), plain_name("ＭＵＬＬＥＲ robotics")
    ('mullerrobotics', 'mullerrobotics')
    >>> plain_name("㈱髙橋ヴィジョン"), plain_name("高橋ビジョン株式会社")
    ('高橋ビジョン', '高橋ビジョン')
    """
    bare = LEGAL_FORMS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()
    shorter = basename(basename(bare))  # twice: Co., Ltd.
    return letters(shorter) or letters(name)


def likely_doubles(organisation: Organisation) -> Sequence[Organisation]:
    """Organisations that may be the same: by corporate number, or by a like name in the same country."""
    number = organisation.claimed_number or organisation.corporate_number
    there = select(
        Organisation.id,
        Organisation.name_native,
        Organisation.name_latin,
        Organisation.corporate_number,
        Organisation.claimed_number,
    ).where(Organisation.id != organisation.id, Organisation.merged_into_id.is_(None))
    if number:
        same = or_(Organisation.corporate_number == number, Organisation.claimed_number == number)
        there = there.where(or_(same, Organisation.country == organisation.country))
    else:
        there = there.where(Organisation.country == organisation.country)
    names = _plain_names(organisation)
    alike = [row.id for row in db.session.execute(there) if _alike(row, names, number)][:10]
    return db.session.scalars(select(Organisation).where(Organisation.id.in_(alike)).order_by(Organisation.id)).all()


def doubles_at(event: Event) -> Sequence[tuple[Organisation, Organisation]]:
    """The pairs of an event's organisations that may be the same. Names are compared only where they begin or end
    alike, so that a thousand organisations are looked through in a moment."""
    rows = select(Organisation).join(Registration).where(Registration.event_id == event.id).order_by(Organisation.id)
    beside: dict[tuple[str, ...], list[Organisation]] = {}
    for organisation in db.session.scalars(rows):
        for name in _plain_names(organisation):
            for part in {name[:2], name[-2:]}:
                beside.setdefault((organisation.country, part), []).append(organisation)
        number = organisation.claimed_number or organisation.corporate_number
        if number:
            beside.setdefault(("number", number), []).append(organisation)
    pairs = {}
    for group in beside.values():
        for one, other in combinations(group, 2):
            number = other.claimed_number or other.corporate_number
            if one.id != other.id and _alike(one, _plain_names(other), number):
                pairs[tuple(sorted((one.id, other.id)))] = (one, other)
    return [pairs[key] for key in sorted(pairs)]


def _alike(row: Any, names: set[str], number: str | None) -> bool:
    if number and number in (row.corporate_number, row.claimed_number):
        return True
    return any(_like(mine, theirs) for mine in _plain_names(row) for theirs in names)


def _plain_names(row: Any) -> set[str]:
    return {plain_name(row.name_native), plain_name(row.name_latin)} - {""}


def is_called(organisation: Organisation, *names: str) -> bool:
    """Whether any of these names is like one of the organisation's."""
    own, given = _plain_names(organisation), {plain_name(name) for name in names if name} - {""}
    return any(_like(mine, theirs) for mine in own for theirs in given)


def _like(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= LIKENESS and matcher.quick_ratio() >= LIKENESS and matcher.ratio() >= LIKENESS


def merge(
    double: Organisation, into: Organisation, *, with_people: bool = True, joining: Joining | None = None
) -> None:
    """Give everything of `double` to `into`, whose profile stays; `double` remains as an empty sign to it. Its people
    then act for `into`; without `with_people` only for the registrations that they are delegates of.

    Where both registered for one event and one of the two registrations is over, that one remains with the double.
    `joining`: who has seen that both are on, and wants one made of them.

    Raises:
        SameOrganisation
        BothRegistered: both registrations for an event are on, and nobody said that they be joined.
        QuotaFull: an event that has approved the double has no place left for the other one's kind.
    """
    if double.id == into.id or double.merged_into_id is not None or into.merged_into_id is not None:
        raise SameOrganisation
    _set_aside_what_is_over(double, into, joining)
    moving = _registrations_to_move(double, into)
    if double.kind != into.kind:
        refuse_moving(moving, into.kind)
    for hand_over in HAND_OVER:
        hand_over(double, into)
    if with_people:
        _take_members(double, into)
    db.session.execute(delete(Membership).where(Membership.organisation_id == double.id))
    _move_rows(double, into)
    number = into.corporate_number or double.corporate_number or double.claimed_number or None
    double.corporate_number, double.claimed_number = None, ""
    double.merged_into_id = into.id
    db.session.flush()
    into.corporate_number, into.claimed_number = number, ""
    db.session.flush()
    db.session.expire_all()


# What stays with the double: its profile, and the people who don't go over.
STAYS = frozenset({"profiles.organisation_id", "memberships.organisation_id"})


def references() -> list[Column[Any]]:
    """The columns of all tables, those of later features too, that refer to organisations."""
    tables = db.metadata.sorted_tables
    return [key.parent for table in tables for key in table.foreign_keys if key.references(Organisation.__table__)]


def registered_twice(one: Organisation, other: Organisation) -> list[tuple[Registration, Registration]]:
    """The registrations of two organisations for the same events that are both on."""
    return [(mine, theirs) for mine, theirs in _for_same_events(one, other) if not {mine.state, theirs.state} & OVER]


def _for_same_events(one: Organisation, other: Organisation) -> list[tuple[Registration, Registration]]:
    of_other = {registration.event_id: registration for registration in other.registrations}
    return [(mine, of_other[mine.event_id]) for mine in list(one.registrations) if mine.event_id in of_other]


def _set_aside_what_is_over(double: Organisation, into: Organisation, joining: Joining | None) -> None:
    """Let the double have, of two registrations for one event, the one that is over or was given up.

    Raises:
        BothRegistered
    """
    both_on = registered_twice(double, into)
    if both_on and joining is None:
        raise BothRegistered
    for mine, theirs in both_on:
        if joining is not None:
            join(mine, theirs, joining)
    for mine, theirs in _for_same_events(double, into):
        if mine.state not in OVER:
            if double.kind != into.kind:
                refuse_moving([mine], into.kind)
            with quotas_kept():
                _swap(mine, theirs)


def _swap(one: Registration, other: Registration) -> None:
    """Exchange the organisations of two registrations. An organisation has one an event, so a third lends its place."""
    first, second = one.organisation, other.organisation
    between = Organisation(kind=first.kind, name_native="–", country=first.country, created_at=first.created_at)
    for registration, organisation in ((one, between), (other, first), (one, second)):
        registration.organisation = organisation
        db.session.flush()
    db.session.delete(between)
    db.session.flush()
    db.session.expire(first, ["registrations"])
    db.session.expire(second, ["registrations"])


def _registrations_to_move(double: Organisation, into: Organisation) -> list[Registration]:
    events = {registration.event_id for registration in into.registrations}
    return [registration for registration in double.registrations if registration.event_id not in events]


def _move_rows(double: Organisation, into: Organisation) -> None:
    """Whatever refers to the double refers to the other from now on, but for what would take the place of what that one
    has: logo, presentation, statements."""
    _move_claims(double, into)
    for column in references():
        name = str(column)
        if name in STAYS:
            continue
        moved = update(column.table).where(column == double.id).values({column.name: into.id})
        if name == "uploads.organisation_id":
            moved = moved.where(or_(Upload.kind == UploadKind.ANSWER, Upload.kind.not_in(_kinds_of(into))))
        if name == "registrations.organisation_id":
            there = select(Registration.event_id).where(Registration.organisation_id == into.id)
            moved = moved.where(column.table.c.event_id.not_in(there))
        if name == "statements.organisation_id" and into.statements:
            continue
        db.session.execute(moved)


def _kinds_of(organisation: Organisation) -> Select[Any]:
    other = Upload.__table__.alias()
    return select(other.c.kind).where(other.c.organisation_id == organisation.id)


def _move_claims(double: Organisation, into: Organisation) -> None:
    """Delete the claim of the double, and a claim that the other organisation is the double: merging settles both."""
    of_double = Claim.organisation_id == double.id
    between = (Claim.organisation_id == into.id) & (Claim.known_id == double.id)
    db.session.execute(delete(Claim).where(or_(of_double, between)))


def _take_members(double: Organisation, into: Organisation) -> None:
    """People of the double act for the other from now on; who leads it keeps the lead."""
    known, led = {membership.user_id for membership in into.memberships}, has_lead(into)
    for membership in list(double.memberships):
        if membership.user_id not in known:
            db.session.add(
                Membership(user_id=membership.user_id, organisation_id=into.id, lead=membership.lead and not led)
            )
    db.session.flush()
