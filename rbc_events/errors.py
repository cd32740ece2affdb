"""Why something can't be done, in the domain's words. Features subclass these; the web maps them to a status once.

Each class carries a `message` for people, a lazy translation; where its status says too little also a `title`, and a
`way_on`: the endpoint of a page that helps, and its name.
"""

from flask_babel import lazy_gettext as _l


class DomainError(Exception):
    title: object = None
    message: object = _l("This can't be done.")
    way_on: tuple[str, object] | None = None

    def __init__(self, message: object = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Forbidden(DomainError):
    message = _l("You have no right to do this.")


class Conflict(DomainError):
    """It collides with what somebody did meanwhile, or with the state that a thing is in."""

    message = _l("Somebody changed this in the meantime. Please look at it again.")


class Closed(DomainError):
    """It was possible once and is no longer."""

    message = _l("This is closed.")


class Unacceptable(DomainError):
    """The request is understood and can't be carried out as it is."""

    message = _l("This can't be accepted as it is.")
