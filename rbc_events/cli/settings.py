"""The settings for a command. Faults of theirs are told in one line. Heavy imports happen inside."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from rbc_events.config import Config, ConfigurationError


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """A fault of the settings, without its traceback."""
    try:
        yield
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None


def configuration(*, tried: bool = True) -> Config:
    """The settings; from here on the command's files are its user's alone.

    Before anything of ours is imported that opens what they name, they are tried; `run` leaves that to its parts.
    """
    from rbc_events.private_files import keep_files_private
    from rbc_events.trying import require_usable

    with told_in_one_line():
        config = Config.from_environment()
        keep_files_private(config)
        if tried:
            require_usable(config)
    return config
