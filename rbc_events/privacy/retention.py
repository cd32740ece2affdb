"""What is kept for how long: each rule says what it would forget, and forgets it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, func, or_, select, update

from rbc_events.accounts.models import Grant, Link, SignIn, User
from rbc_events.application import settings
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import Interpreter
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.privacy.erasing import NOBODY, delete_mail_files, erase_person
from rbc_events.privacy.people import Mention, find_person
from rbc_events.privacy.telling import FAREWELL, farewell, say_farewell
from rbc_events.registration.models import Delegate, Registration

MAILS_KEPT = timedelta(days=180)
LINKS_KEPT = timedelta(days=30)


def people_kept() -> relativedelta:
    """How long people are kept after their last event: RBC_PEOPLE_YEARS."""
    return relativedelta(years=settings().people_years)


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


def old_links(now: datetime) -> Any:
    return Link.expires_at < now - LINKS_KEPT


def _delete_old_links(now: datetime, _mails: Any) -> None:
    db.session.execute(delete(Link).where(old_links(now)))
    db.session.commit()


def people_long_gone(now: datetime) -> Sequence[str]:
    """The addresses of those whose last event ended years ago, who have no role and have not signed in since."""
    before = (now - people_kept()).date()
    recently = or_(Event.ends_on >= before, Event.ends_on.is_(None))
    delegate = select(Delegate.email).join(Registration).join(Event).where(recently)
    interpreter = select(Interpreter.email).join(Event).where(recently)
    staff = select(User.email).where(exists().where(Grant.user_id == User.id))
    recent = select(User.email).where(exists().where(SignIn.user_id == User.id, SignIn.since >= now - people_kept()))
    new = select(User.email).where(User.created_at >= now - people_kept())
    kept = {address for rows in (delegate, interpreter, staff, recent, new) for address in db.session.scalars(rows)}
    known = {
        address
        for column in (Delegate.email, Interpreter.email, User.email)
        for address in db.session.scalars(select(column).distinct())
    }
    return sorted(address for address in known - kept if not address.endswith(f"@{NOBODY}"))


def _erase_people(now: datetime, mails: Any) -> None:
    """Erase each person in a transaction of its own, so that others can write in between."""
    for address in people_long_gone(now):
        person = find_person(address)
        letter = farewell(person, settings().people_years)
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
    Rule("links", _l("Mailed links 30 days after they expired"), _count(Link, old_links), _delete_old_links),
    Rule(
        "people",
        LazyString(lambda: _("People %(years)s years after their last event", years=settings().people_years)),
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
