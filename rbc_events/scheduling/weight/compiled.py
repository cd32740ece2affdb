"""Compiling: numba's, kept on disk where a folder for it can be written."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function compiled at its first call; it may allocate nothing, so that it need not count references.

    The machine code is kept beside the source or, where that can't be written, in the user's cache folder; where
    neither can be, it is compiled again in each process.
    """
    from numba import njit

    try:
        return njit(cache=True, nogil=True, _nrt=False)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba: "no locator available"
        return njit(nogil=True, _nrt=False)(function)  # type: ignore[no-any-return]


def inlined(function: F) -> F:
    """The same for a small function, whose body is written where it is called: a call would copy the whole board."""
    from numba import njit

    try:
        return njit(cache=True, nogil=True, _nrt=False, inline="always")(function)  # type: ignore[no-any-return]
    except RuntimeError:
        return njit(nogil=True, _nrt=False, inline="always")(function)  # type: ignore[no-any-return]
