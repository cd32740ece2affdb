"""Files written whole or not at all."""

import os
import tempfile
from pathlib import Path


def expect_writable(path: Path) -> None:
    """Raise OSError before a search for a path that can't be written after it."""
    if not path.parent.is_dir():
        raise NotADirectoryError(20, "no such folder", str(path.parent))
    if not os.access(path if _is_device(path) else path.parent, os.W_OK):
        raise PermissionError(13, "not writable", str(path))


def _is_device(path: Path) -> bool:
    """Whether it is there and no file, like /dev/stdout: nothing may be put in its place."""
    return path.exists() and not path.is_file()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or what was there before, whatever happens in between.

    A link stays one; a device or a pipe is written to. Raises OSError, which names the path.
    """
    try:
        if _is_device(path):
            path.write_text(text, encoding="utf-8")
        else:
            _replace(Path(os.path.realpath(path)), text)
    except OSError as error:
        error.filename = str(path)
        raise


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
