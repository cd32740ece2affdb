"""Where somebody is signed in: a row for each browser, which its cookies stand for. Without the row they open nothing,
wherever they were copied to."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.models import SignIn, User
from rbc_events.accounts.operations import token_hash
from rbc_events.database import db

LIFETIME = timedelta(days=31)  # of one that ends with the browser's window at the latest
REMEMBERED = timedelta(days=90)


def begin(user: User, *, now: datetime, lifetime: timedelta = LIFETIME, browser: str = "") -> str:
    """Sign the user in somewhere; gives what that browser's cookies keep, once."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id, SignIn.expires_at <= now))
    user.sign_in_key = secrets.token_urlsafe(24)
    key_hash, expires_at = token_hash(user.sign_in_key), now + lifetime
    db.session.add(SignIn(user_id=user.id, key_hash=key_hash, since=now, expires_at=expires_at, browser=browser))
    db.session.flush()
    return user.get_id()


def find_signed_in(session_id: str, *, now: datetime) -> User | None:
    """The user whose cookie this is, if that sign-in stands and the account is open."""
    number, _colon, key = session_id.partition(":")
    valid = (SignIn.key_hash == token_hash(key), SignIn.expires_at > now)
    found = db.session.scalar(select(SignIn).options(joinedload(SignIn.user)).where(*valid))
    if found is None or str(found.user_id) != number or not found.user.active:
        return None
    found.user.sign_in_key = key
    return found.user


def elsewhere(user: User, *, now: datetime) -> Sequence[SignIn]:
    """The other browsers in which the person is signed in, the latest first."""
    others = (*_others(user), SignIn.expires_at > now)
    return db.session.scalars(select(SignIn).where(*others).order_by(SignIn.since.desc(), SignIn.id.desc())).all()


def end_one(user: User, number: int) -> None:
    """End one of the person's sign-ins; one that has ended already stays so."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id, SignIn.id == number))


def end_others(user: User) -> None:
    """End the person's sign-ins in all browsers but this request's."""
    db.session.execute(delete(SignIn).where(*_others(user)))


def _others(user: User) -> tuple[ColumnElement[bool], ...]:
    return SignIn.user_id == user.id, SignIn.key_hash != token_hash(user.sign_in_key)


def end(user: User) -> None:
    """End the sign-in that this request came with; the person's other browsers stay signed in."""
    db.session.execute(delete(SignIn).where(SignIn.key_hash == token_hash(user.sign_in_key)))
