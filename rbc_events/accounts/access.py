"""Who may do what, as far as accounts know. Each feature has its own `access.py` for its own resources."""

from typing import Any

from flask import abort
from flask_login import current_user

from rbc_events.accounts.models import Role


def roles(actor: Any) -> set[Role]:
    # Outside a request, where a mail is written, there is no actor.
    return {grant.role for grant in actor.grants} if actor and actor.is_authenticated else set()


def is_headquarters(actor: Any) -> bool:
    return Role.HEADQUARTERS in roles(actor)


def is_staff(actor: Any) -> bool:
    return bool(roles(actor) & {Role.HEADQUARTERS, Role.COORDINATOR})


def require_sign_in() -> Any:
    """The signed-in user; a visitor is sent to the sign-in page."""
    if not current_user.is_authenticated:
        abort(401)
    return current_user


def require(allowed: bool) -> None:
    """Go on only if allowed: a visitor is asked to sign in, a user is told that they may not."""
    if not allowed:
        require_sign_in()
        abort(403)


def require_staff() -> Any:
    require(is_staff(current_user))
    return current_user


def require_headquarters() -> Any:
    require(is_headquarters(current_user))
    return current_user
