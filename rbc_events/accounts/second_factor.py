"""A second factor beside a password or a mailed link: an authenticator app's codes, or a passkey. Functions flush."""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from rbc_events.accounts.access import is_headquarters, is_staff
from rbc_events.accounts.models import RecoveryCode, SecondFactor, User
from rbc_events.accounts.operations import token_hash
from rbc_events.accounts.passkeys import passkeys_of, relying_party
from rbc_events.application import settings
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict, Unacceptable

RECOVERY_CODES = 10
STEPS_OFF = (0, -1, 1)  # half minutes by which a telephone's clock may be wrong


REMOVED = _l("The authenticator app was removed from your account.")  # what its owner is told by mail


class WrongCode(Unacceptable):
    message = _l("This code is not right, or has been used. Please take the one that the app shows now.")


class AppTwice(Conflict):
    message = _l("An authenticator app has been set up already.")


def app_of(user: User) -> SecondFactor | None:
    return db.session.scalar(select(SecondFactor).filter_by(user_id=user.id))


def is_required(user: User) -> bool:
    """Whether the installation asks for a second factor of somebody with this person's roles."""
    whose = settings().second_factor
    return (whose == "staff" and is_staff(user)) or (whose != "none" and is_headquarters(user))


def _has_passkey(user: User) -> bool:
    return bool(relying_party()) and bool(passkeys_of(user))


def is_missing(user: User) -> bool:
    """Whether the person has to set one up before anything else."""
    return is_required(user) and app_of(user) is None and not _has_passkey(user)


def is_asked_for(user: User) -> bool:
    """Whether a right password or a mailed link isn't enough to let this person in."""
    return app_of(user) is not None or (is_required(user) and _has_passkey(user))


def signs_in_by_link(user: User) -> bool:
    """Whether a mailed link about something else also signs in: whoever has no other way in."""
    return user.active and not user.password_hash and not is_asked_for(user)


def make_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, user: User) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="RBC Events")


def set_up(user: User, secret: str, code: str, *, now: datetime) -> list[str]:
    """Keep an app that has shown the right code; gives the recovery codes, once.

    Raises:
        WrongCode, AppTwice
    """
    step = _step_of(secret, code, now)
    if step is None:
        raise WrongCode
    with conflict_as(AppTwice, "second_factors.user_id", "uq_second_factors_user_id"):
        db.session.add(SecondFactor(user_id=user.id, secret=secret, last_step=step, since=now))
    codes = [f"{secrets.token_hex(5)}-{secrets.token_hex(5)}" for _each in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=token_hash(each)) for each in codes)
    db.session.flush()
    return codes


def check_code(user: User, code: str, *, now: datetime) -> None:
    """Use up a code of the app or a recovery code. Of two who use one at once, one gets in.

    Raises:
        WrongCode
    """
    app = app_of(user)
    step = _step_of(app.secret, code, now) if app else None
    if app and step is not None:
        unused = update(SecondFactor).where(SecondFactor.id == app.id, SecondFactor.last_step < step)
        used = db.session.scalar(unused.values(last_step=step).returning(SecondFactor.id))
    else:
        known = (RecoveryCode.user_id == user.id, RecoveryCode.code_hash == token_hash(code.strip().lower()))
        used = db.session.scalar(delete(RecoveryCode).where(*known).returning(RecoveryCode.id))
    if used is None:
        raise WrongCode


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute to which a code belongs, if it is right about now."""
    app, typed = pyotp.TOTP(secret), "".join(code.split())
    present = int(now.timestamp()) // app.interval
    right = [
        present + off for off in STEPS_OFF if compare_digest(app.generate_otp(present + off).encode(), typed.encode())
    ]
    return right[0] if right else None


def remove(user: User) -> None:
    """Forget the app and its recovery codes."""
    for table in (SecondFactor, RecoveryCode):
        db.session.execute(delete(table).where(table.user_id == user.id))
    db.session.flush()
