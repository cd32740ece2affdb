"""Compiling: numba's, kept on disk where a folder for it can be written."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function compiled at its first call; it may allocate nothing, so that it need not count references.

    The machine code is kept beside the source or, where that can't be written, in the user's cache folder, or in a
    folder of the user's own among the temporary ones. NUMBA_CACHE_DIR names another.
    """
    return _kept(function)


def inlined(function: F) -> F:
    """The same for a small function, whose body is written where it is called: a call would copy the whole state."""
    return _kept(function, inline="always")


def _kept(function: F, **options: str) -> F:
    import numba

    try:
        return numba.njit(cache=True, nogil=True, _nrt=False, **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba: "no locator available", as for a service whose user has no home
        folder = _temporary_folder()
    if folder is None:
        return numba.njit(nogil=True, _nrt=False, **options)(function)  # type: ignore[no-any-return]
    vars(numba.config)["CACHE_DIR"] = str(folder)
    return numba.njit(cache=True, nogil=True, _nrt=False, **options)(function)  # type: ignore[no-any-return]


def _temporary_folder() -> Path | None:
    """A folder that this user alone can write, since code is loaded from it; None where there is no such."""
    try:
        folder = Path(tempfile.gettempdir(), f"rbc-events-{os.getuid()}")
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    return folder if found.st_uid == os.getuid() and found.st_mode & 0o170777 == 0o040700 else None
