"""Who works on programmes and events: headquarters give and take away roles, and those who get one are told by mail."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.accounts import mails, operations
from rbc_events.accounts.models import Grant, Role, User
from rbc_events.database import db
from rbc_events.errors import Conflict


class OwnRole(Conflict):
    message = _l("Nobody takes headquarters' role from themselves: somebody has to keep it.")


def appoint(
    email: str,
    role: Role,
    *,
    now: datetime,
    region_code: str | None = None,
    event_id: int | None = None,
    language: str = "ja",
    **names: str,
) -> User:
    """Give a role to whoever has this address, with an account where there is none, and tell them by mail.

    The role that somebody has already is not given twice, and nobody is told twice.
    """
    user = operations.find_user(email)
    if user is None:
        user = operations.create_user(email, now=now, language=language, **names)
    held = {(grant.role, grant.region_code, grant.event_id) for grant in user.grants}
    if (role, region_code, event_id) not in held:
        given = operations.grant(user, role, region_code=region_code, event_id=event_id)
        mails.send_welcome(user, occasion=f"grant:{given.id}", now=now)
    return user


def dismiss(grant: Grant, *, actor: User) -> None:
    """Take a role away; the account stays.

    Raises:
        OwnRole: it is the actor's own as headquarters.
    """
    if grant.role == Role.HEADQUARTERS and grant.user_id == actor.id:
        raise OwnRole
    grant.user.grants.remove(grant)
    db.session.flush()


def staff() -> Sequence[User]:
    """Everybody who has a role, by address."""
    return db.session.scalars(select(User).where(User.active, User.grants.any()).order_by(User.email)).all()
