"""Files that nobody but the service's own user may read: the database, uploads, mails, the secret key."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from rbc_events.config import Config

OTHERS = 0o077
OWN = (
    *("rbc_events.db", "jobs.db", "secret-key", "migrating.lock", "."),
    *("mail", "uploads", "pictures", "evidence", "sheets", "scanning"),
)
"""How the names of what we put into an instance folder begin."""
SQLITE = b"SQLite format 3\0"  # its first octets; none before anything was written


def keep_files_private(config: Config) -> None:
    """Make what this process writes from now on its user's alone, and take others' rights from what is there.

    The instance folder is closed as a whole, unless it holds what isn't ours: somebody has named /etc or a home, which
    others need. A SQLite database that lies elsewhere is closed by itself.
    """
    os.umask(OTHERS)
    config.instance.mkdir(parents=True, exist_ok=True)
    if _holds_ours_alone(config.instance):
        _close(config.instance)
    for path in _database_files((config.database_url, config.jobs_url)):
        _close(path)


def _holds_ours_alone(folder: Path) -> bool:
    try:
        return all(name.startswith(OWN) for name in os.listdir(folder))
    except PermissionError:
        return False


def make_private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close(folder)


def write_private_file(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, from its first moment on."""
    path.unlink(missing_ok=True)  # one that is there already would keep its rights
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _database_files(urls: Iterable[str]) -> Iterable[Path]:
    """SQLite's files. A file of something else, which a wrong setting names, is left as it is."""
    for url in urls:
        scheme, _slashes, path = url.partition(":///")  # its file is all up to the options, also a "#"
        database = path.partition("?")[0]
        if scheme == "sqlite" and _is_database(Path(database)):
            yield from (Path(f"{database}{ending}") for ending in ("", "-wal", "-shm"))


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) in (b"", SQLITE)
    except OSError:
        return False


def _close(path: Path) -> None:
    """Take the rights of group and others, where the path exists and is this user's to change.

    A folder that everybody shares, such as /tmp, is left as it is.
    """
    try:
        mode = path.stat().st_mode
        if mode & OTHERS and not mode & stat.S_ISVTX:
            path.chmod(mode & ~OTHERS)
    except (FileNotFoundError, PermissionError):
        pass
