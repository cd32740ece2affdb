"""What can be done with accounts. Every function takes the time as an argument and flushes; the route commits."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, select, update

from rbc_events import cells
from rbc_events.accounts.models import Grant, Link, LinkPurpose, Role, SignIn, User
from rbc_events.application import settings
from rbc_events.database import conflict_as, db
from rbc_events.errors import Closed, Conflict

LINK_LIFETIMES = {
    LinkPurpose.CONFIRM_EMAIL: timedelta(days=7),
    LinkPurpose.SET_PASSWORD: timedelta(hours=24),
    LinkPurpose.SIGN_IN: timedelta(minutes=30),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
    LinkPurpose.JOIN_ORGANISATION: timedelta(days=30),
}

# What lets somebody into the account or hands it over. One used ends all of its kind, whatever it was made for; but of
# the two for a change of address each is used.
WAYS_IN = {LinkPurpose.SET_PASSWORD, LinkPurpose.SIGN_IN, LinkPurpose.CHANGE_EMAIL}

_hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """Verified when the address is unknown, so that the answer takes as long as for a known one."""
    return _hasher.hash(secrets.token_urlsafe(16))


class AddressTaken(Conflict):
    message = _l("There is an account with this address already.")


class LinkSpent(Closed):
    title = _l("This link is no longer valid")
    message = _l(
        "It has been used or has expired. What was confirmed or begun with it is kept: sign in to go on. Who has no "
        "password yet can set one by mail."
    )
    way_on = ("accounts.forgotten", _l("Forgotten password, or none yet"))


def canonical_email(address: str) -> str:
    """The form in which an address is kept and compared: as sheets and forms read it, so that a mailbox has one account
    however it is typed. What can't be read is trimmed, composed and in lower case."""
    try:
        return cells.email(address.strip())
    except cells.Unusable:
        return unicodedata.normalize("NFC", address.strip()).lower()


def find_user(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == canonical_email(email)))


def create_user(email: str, *, now: datetime, language: str = "en", password: str = "", **names: str) -> User:
    """Add an account.

    Raises:
        AddressTaken: the address has one.
    """
    user = User(email=canonical_email(email), language=language, created_at=now, **names)
    if password:
        user.password_hash = _hasher.hash(password)
    with conflict_as(AddressTaken, "users.email", "uq_users_email"):
        db.session.add(user)
    return user


def check_password(email: str, password: str) -> User | None:
    """The user if the password is right, None otherwise. An unknown address takes the same time as a wrong password."""
    user, nobodys = find_user(email), _nobodys_hash()  # made for known addresses too: the first one takes its time
    try:
        _hasher.verify(user.password_hash if user and user.password_hash else nobodys, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return user if user and user.password_hash and user.active else None


def set_password(user: User, password: str, *, now: datetime) -> None:
    """Give a new password, and end every sign-in and every mailed way in that were there before."""
    user.password_hash = _hasher.hash(password)
    end_links(user, *WAYS_IN, now=now)
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    db.session.flush()


def confirm_email(user: User, *, now: datetime) -> None:
    user.email_confirmed_at = user.email_confirmed_at or now
    db.session.flush()


def grant(user: User, role: Role, *, region_code: str | None = None, event_id: int | None = None) -> Grant:
    """Give a role: headquarters everywhere, a coordinator in a region or an event, an interpreter in an event."""
    given = Grant(user=user, role=role, region_code=region_code, event_id=event_id)
    db.session.add(given)
    db.session.flush()
    return given


def issue_link(
    user: User, purpose: LinkPurpose, *, now: datetime, subject: str = "", lifetime: timedelta | None = None
) -> str:
    """Make a single-use link and return its token (192 bits), of which only the hash is kept."""
    token = secrets.token_urlsafe(24)
    expires_at = now + (lifetime or LINK_LIFETIMES[purpose])
    db.session.add(
        Link(user_id=user.id, purpose=purpose, token_hash=token_hash(token), subject=subject, expires_at=expires_at)
    )
    db.session.flush()
    return token


def find_link(token: str, purpose: LinkPurpose, *, now: datetime, used: bool = False) -> Link:
    """The unused link that a token stands for; with `used`, one that was used already will do.

    Raises:
        LinkSpent: unknown, used, expired, or made for something else.
    """
    link = db.session.scalar(select(Link).where(Link.token_hash == token_hash(token)))
    if link is None or link.purpose != purpose or link.expires_at <= now or (link.used_at is not None and not used):
        raise LinkSpent
    return link


def has_link(user: User, purpose: LinkPurpose, *, now: datetime, subject: str) -> bool:
    """Whether the user was given a link for this that can still be used."""
    works = (Link.user_id == user.id, Link.purpose == purpose, Link.used_at.is_(None), Link.expires_at > now)
    return bool(db.session.scalar(select(exists().where(*works, Link.subject == subject))))


def use_link(token: str, purpose: LinkPurpose, *, now: datetime) -> Link:
    """Like `find_link`, and spend it together with the user's other links for the same thing.

    Of two requests that use one link at the same time only one gets it.
    """
    link = find_link(token, purpose, now=now)
    subject = None if purpose in WAYS_IN and purpose != LinkPurpose.CHANGE_EMAIL else link.subject
    if link.id not in end_links(link.user, purpose, now=now, subject=subject):
        raise LinkSpent
    return link


def end_links(user: User, *purposes: LinkPurpose, now: datetime, subject: str | None = None) -> set[int]:
    """Spend the user's unused links for these purposes, of one subject or of all; gives the numbers of those links."""
    unused = [Link.user_id == user.id, Link.purpose.in_(purposes), Link.used_at.is_(None)]
    if subject is not None:
        unused.append(Link.subject == subject)
    return set(db.session.scalars(update(Link).where(*unused).values(used_at=now).returning(Link.id)))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def derived_token(made: str, *, octets: int = 20) -> str:
    """A token that the secret key and these words give again, so that only its hash need be kept: letters and digits,
    160 bits where nothing else is said."""
    digest = hmac.new(settings().secret_key.encode(), made.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:octets]).decode().rstrip("=").lower()
