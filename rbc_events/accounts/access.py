"""Who may do what, as far as accounts know. Each feature has its own `access.py` for its own resources."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from flask import abort, g, request
from flask_login import current_user

from rbc_events.accounts.models import Grant, Role


class Level(StrEnum):
    """What staff may do where their grant says: look at everything there, or change it too."""

    VIEW = "view"
    MANAGE = "manage"


# The roles at each level. One that looks at everything and changes nothing, as an auditor does, stands at VIEW alone.
LEVELS: dict[Level, frozenset[Role]] = {
    Level.VIEW: frozenset({Role.HEADQUARTERS, Role.COORDINATOR}),
    Level.MANAGE: frozenset({Role.HEADQUARTERS, Role.COORDINATOR}),
}


def grants_of(actor: Any, level: Level) -> Sequence[Grant]:
    """The actor's grants of a level, each for everywhere, a region or an event."""
    # Outside a request, where a mail is written, there is no actor.
    if not actor or not actor.is_authenticated:
        return []
    return [grant for grant in actor.grants if grant.role in LEVELS[level]]


def is_headquarters(actor: Any) -> bool:
    return any(grant.role == Role.HEADQUARTERS for grant in grants_of(actor, Level.MANAGE))


def is_staff(actor: Any) -> bool:
    """Whether the actor works on events, if only to look at them."""
    return bool(grants_of(actor, Level.VIEW))


def level_of_request() -> Level:
    """The level that a request needs: VIEW for a page, MANAGE for whatever is sent."""
    return Level.VIEW if request.method in {"GET", "HEAD", "OPTIONS"} else Level.MANAGE


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


def require_level(allowed: Callable[[Level], bool]) -> None:
    """Go on only for who is allowed what the request needs: to view for a page, to manage for whatever is sent."""
    require(allowed(level_of_request()))
    note_level(allowed)


def note_level(allowed: Callable[[Level], bool]) -> None:
    """Tell the page, which may be open to more people than may change what it shows, who these are: `may_send`."""
    g.allowed, g.may_send = allowed, None


def may_send() -> bool:
    """Whether who looks at this page may send its forms. Asked for by its template, which offers none to others."""
    if "allowed" not in g:
        return True
    if g.may_send is None:
        g.may_send = g.allowed(Level.MANAGE)
    return bool(g.may_send)


def require_staff() -> Any:
    """A signed-in user who works on events; who only looks at them sends no form."""
    require_level(lambda level: bool(grants_of(current_user, level)))
    return current_user


def require_headquarters() -> Any:
    require(is_headquarters(current_user))
    return current_user
