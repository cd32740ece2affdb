"""What is kept for how long: each rule says what it would forget, and forgets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, func, select, update

from rbc_events.accounts.models import Grant, Link, SignIn, User
from rbc_events.application import settings
from rbc_events.database import db
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import in_brackets, plain
from rbc_events.meetings.models import IncomingMail, Interpreter
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.privacy.erasing import NOBODY, delete_mail_files, erase_person
from rbc_events.privacy.people import Mention, find_person
from rbc_events.privacy.telling import FAREWELL, farewell, say_farewell
from rbc_events.registration.models import Delegate, Registration
from rbc_events.seeds.models import SeedResearcher

MAILS_KEPT = timedelta(days=180)
LINKS_KEPT = timedelta(days=30)


@dataclass
class Stay:
    """How long somebody is kept: for `years` after their last event, sign-in or account. The longest of their events'
    programmes counts; without any, the installation's setting."""

    years: int
    until: date = date.min

    def last_at(self, day: date | None, years: int) -> None:
        """They were at an event that ends on that day. One without days may be still to come."""
        self.years = max(self.years, years)
        self.until = date.max if day is None else max(self.until, day + relativedelta(years=years))


@dataclass(frozen=True)
class Rule:
    """`due(now)` counts what the rule would forget; `run(now, mails)` forgets it and commits."""

    key: str
    words: Any
    due: Callable[[datetime], int]
    run: Callable[[datetime, Any], None]


def old_mails(now: datetime) -> Any:
    """Mails that were sent, or given up, so long ago that their content goes. That they were sent stays known."""
    ended = OutboxMessage.state.in_((Delivery.SENT, Delivery.BOUNCED, Delivery.FAILED))
    return ended & (OutboxMessage.created_at < now - MAILS_KEPT) & (func.length(OutboxMessage.content) > 0)


def _empty_old_mails(now: datetime, _mails: Any) -> None:
    db.session.execute(update(OutboxMessage).where(old_mails(now)).values(content=b"", fault=""))
    db.session.commit()


def old_incoming(now: datetime) -> Any:
    """Mails that came in and were dealt with so long ago that they go."""
    return IncomingMail.settled_at < now - MAILS_KEPT


def _delete_old_incoming(now: datetime, _mails: Any) -> None:
    db.session.execute(delete(IncomingMail).where(old_incoming(now)))
    db.session.commit()


def old_links(now: datetime) -> Any:
    return Link.expires_at < now - LINKS_KEPT


def _delete_old_links(now: datetime, _mails: Any) -> None:
    db.session.execute(delete(Link).where(old_links(now)))
    db.session.commit()


def people_long_gone(now: datetime) -> dict[str, int]:
    """{address: years} of those whose last event ended so many years ago, who have no role and have not signed in
    since."""
    today = now.date()
    gone = {address: stay.years for address, stay in sorted(_stays().items()) if stay.until < today}
    return {address: years for address, years in gone.items() if not address.endswith(f"@{NOBODY}")}


def _stays() -> dict[str, Stay]:
    """Of everybody, by address; of those with a role without an end."""
    usual = settings().people_years
    stays: dict[str, Stay] = {}
    rows = select(Event.ends_on, func.coalesce(Programme.people_years, usual)).join(Event.programme)
    delegates = rows.join(Registration, Registration.event_id == Event.id).join(Registration.delegates)
    interpreters = rows.join(Interpreter, Interpreter.event_id == Event.id)
    for statement in (delegates.add_columns(Delegate.email), interpreters.add_columns(Interpreter.email)):
        for day, years, address in db.session.execute(statement):
            stays.setdefault(address, Stay(years)).last_at(day, years)
    for address in db.session.scalars(select(SeedResearcher.email).where(SeedResearcher.email != "").distinct()):
        stays.setdefault(address, Stay(usual)).last_at(None, usual)  # as long as their organisation names them
    signed_in = select(func.max(SignIn.since)).where(SignIn.user_id == User.id).scalar_subquery()
    has_role = exists().where(Grant.user_id == User.id)
    for address, created, since, role in db.session.execute(
        select(User.email, User.created_at, signed_in, has_role).select_from(User)
    ):
        stay = stays.setdefault(address, Stay(usual))
        stay.last_at(None if role else max(created, since or created).date(), stay.years)
    return stays


def _people_words() -> str:
    """The rule in words, with the programmes that have a period of their own."""
    usual = settings().people_years
    words = _("People %(years)s years after their last event", years=usual)
    own = select(Programme).where(Programme.people_years != usual).order_by(Programme.fiscal_year, Programme.id)
    others = [f"{plain(one.name)}: {one.people_years}" for one in db.session.scalars(own)]
    return words + (in_brackets("; ".join(others)) if others else "")


def _erase_people(now: datetime, mails: Any) -> None:
    """Erase each person in a transaction of its own, so that others can write in between."""
    for address, years in people_long_gone(now).items():
        person = find_person(address)
        letter = farewell(person, years)
        erase_person(person, mails=mails, now=now)
        say_farewell(letter, now=now)
        db.session.commit()


def farewells_said(_now: datetime) -> Any:
    """The mails that told people of being erased, once they have gone or can't: the last place of the address."""
    ended = OutboxMessage.state.in_((Delivery.SENT, Delivery.BOUNCED, Delivery.FAILED))
    return ended & (OutboxMessage.kind == FAREWELL)


def _forget_farewells(now: datetime, mails: Any) -> None:
    said = farewells_said(now)
    if mails is not None:
        addresses = db.session.scalars(select(OutboxMessage.recipient).where(said)).all()
        delete_mail_files(mails, [Mention.of_address(address) for address in addresses])
    db.session.execute(delete(OutboxMessage).where(said))
    db.session.commit()


def _count(model: Any, condition: Callable[[datetime], Any]) -> Callable[[datetime], int]:
    def count(now: datetime) -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(condition(now))) or 0

    return count


RULES = (
    Rule("mails", _l("Copies of mails after 180 days"), _count(OutboxMessage, old_mails), _empty_old_mails),
    Rule(
        "incoming",
        _l("Mails that came in, 180 days after somebody dealt with them"),
        _count(IncomingMail, old_incoming),
        _delete_old_incoming,
    ),
    Rule("links", _l("Mailed links 30 days after they expired"), _count(Link, old_links), _delete_old_links),
    Rule(
        "people",
        LazyString(_people_words),
        lambda now: len(people_long_gone(now)),
        _erase_people,
    ),
    Rule(
        "farewells",
        _l("Mails that told people of being erased, with the address"),
        _count(OutboxMessage, farewells_said),
        _forget_farewells,
    ),
)
