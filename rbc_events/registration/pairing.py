"""Who may meet whom at an event, by rules that its staff set: kinds, sectors, groups. Every door asks here: directory,
recommendations, requests, proposals, sheets, timetable.

A rule names two sides and says that they meet, or that they don't. Two organisations may meet if no rule keeps them
apart, and one brings them together or there is none that brings anybody together. Functions flush.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, MeetingRule, RuleBy, Sector
from rbc_events.events.operations import touch
from rbc_events.i18n import plain
from rbc_events.matching.rules import FOREIGN
from rbc_events.registration.labels import LABELS
from rbc_events.registration.models import Organisation, OrganisationKind, Profile, Registration

SIDE_WORDS = {"foreign": _l("Foreign and foreign-affiliated organisations"), "local": _l("Organisations of the region")}


class RuleTwice(Conflict):
    message = _l("There is a rule about these two already.")


@dataclass(frozen=True)
class Side:
    """One side of a rule: everybody, or those of a kind, sector or group; or of one of the two sides that programmes
    bring together, of which an overseas university is on the foreign one."""

    by: RuleBy
    value: str = ""

    @classmethod
    def read(cls, code: str) -> "Side":
        """From what a form sends: "kind:university", "anyone:"."""
        by, _colon, value = code.partition(":")
        return cls(RuleBy(by), value)

    @property
    def code(self) -> str:
        return f"{self.by}:{self.value}"

    def has(self, registration: Registration) -> bool:
        organisation = registration.organisation
        if self.by == RuleBy.SIDE:
            foreign = organisation.kind in FOREIGN or organisation.country != "JP"
            return foreign is (self.value == "foreign")
        if self.by == RuleBy.KIND:
            return organisation.kind == self.value
        if self.by == RuleBy.SECTOR:
            return str(organisation.profile.sector_id or "") == self.value
        return self.by == RuleBy.ANYONE or registration.group_name == self.value

    def rows(self) -> ColumnElement[bool]:
        """As `has`, a condition on registrations."""
        if self.by == RuleBy.SIDE:
            foreign = or_(Organisation.kind.in_(FOREIGN), Organisation.country != "JP")
            return Registration.organisation.has(foreign if self.value == "foreign" else ~foreign)
        if self.by == RuleBy.KIND:
            return Registration.organisation.has(Organisation.kind == self.value)
        if self.by == RuleBy.SECTOR:
            return Registration.organisation.has(Organisation.profile.has(Profile.sector_id == int(self.value)))
        return true() if self.by == RuleBy.ANYONE else Registration.group_name == self.value


def sides_of(rule: MeetingRule) -> tuple[Side, Side]:
    return Side(rule.one_by, rule.one), Side(rule.other_by, rule.other)


def may_meet(first: Registration, second: Registration) -> bool:
    rules = first.event.meeting_rules
    together = [rule for rule in rules if rule.together]
    if any(_is_about(rule, first, second) for rule in rules if not rule.together):
        return False
    return not together or any(_is_about(rule, first, second) for rule in together)


def _is_about(rule: MeetingRule, first: Registration, second: Registration) -> bool:
    one, other = sides_of(rule)
    return (one.has(first) and other.has(second)) or (one.has(second) and other.has(first))


def may_be_met_by(side: Registration) -> ColumnElement[bool]:
    """As `may_meet`: the registrations that this one may meet by the rules."""
    rules = side.event.meeting_rules
    together = [rule for rule in rules if rule.together]
    apart = [rule for rule in rules if not rule.together]
    allowed = or_(false(), *(_others(rule, side) for rule in together)) if together else true()
    return and_(allowed, ~or_(false(), *(_others(rule, side) for rule in apart)))


def _others(rule: MeetingRule, side: Registration) -> ColumnElement[bool]:
    one, other = sides_of(rule)
    ends = [far for near, far in ((one, other), (other, one)) if near.has(side)]
    return or_(false(), *(far.rows() for far in ends))


def in_words(rule: MeetingRule, sectors: dict[int, Sector]) -> str:
    one, other = (side_in_words(side, sectors) for side in sides_of(rule))
    if rule.together:
        return _("%(one)s and %(other)s meet each other.", one=one, other=other)
    return _("%(one)s and %(other)s don't meet each other.", one=one, other=other)


def side_in_words(side: Side, sectors: dict[int, Sector]) -> str:
    if side.by == RuleBy.SIDE:
        return str(SIDE_WORDS[side.value])
    if side.by == RuleBy.KIND:
        return str(LABELS[OrganisationKind(side.value)])
    if side.by == RuleBy.SECTOR:
        sector = sectors.get(int(side.value))
        return _("Sector “%(name)s”", name=plain(sector.name) if sector else side.value)
    return _("Group “%(name)s”", name=side.value) if side.by == RuleBy.GROUP else _("All organisations")


def rules_in_words(event: Event) -> list[tuple[MeetingRule, str]]:
    """The rules that bring together first, each as a sentence."""
    sectors = sectors_by_number() if event.meeting_rules else {}
    rules = sorted(event.meeting_rules, key=lambda rule: (not rule.together, rule.id))
    return [(rule, in_words(rule, sectors)) for rule in rules]


def sectors_by_number() -> dict[int, Sector]:
    return {sector.id: sector for sector in db.session.scalars(select(Sector).order_by(Sector.id))}


def groups_of(event: Event) -> list[str]:
    """The groups that organisations of the event have been put into."""
    named = select(Registration.group_name).where(Registration.event_id == event.id, Registration.group_name != "")
    return sorted(set(db.session.scalars(named)))


def choices_of(event: Event) -> list[tuple[str, str]]:
    """What a side of a rule can be, as (code, words)."""
    sectors = sectors_by_number()
    sides = [Side(RuleBy.ANYONE), *(Side(RuleBy.SIDE, name) for name in SIDE_WORDS)]
    sides += [Side(RuleBy.KIND, kind.value) for kind in OrganisationKind]
    sides += [Side(RuleBy.SECTOR, str(number)) for number in sectors]
    sides += [Side(RuleBy.GROUP, name) for name in groups_of(event)]
    return [(side.code, side_in_words(side, sectors)) for side in sides]


def add_rule(event: Event, one: Side, other: Side, *, together: bool) -> MeetingRule:
    """From now on these meet, or don't meet, each other.

    Raises:
        RuleTwice
    """
    first, second = sorted((one, other), key=lambda side: side.code)
    rule = MeetingRule(
        event=event, one_by=first.by, one=first.value, other_by=second.by, other=second.value, together=together
    )
    with conflict_as(RuleTwice, "meeting_rules"):
        db.session.add(rule)
    touch(event)
    return rule


def remove_rule(event: Event, rule: MeetingRule) -> None:
    event.meeting_rules.remove(rule)
    db.session.flush()
    touch(event)


def set_group(registration: Registration, name: str) -> None:
    """Put the organisation into a group of the event, or into none."""
    registration.group_name = name
    db.session.flush()
    touch(registration.event)
