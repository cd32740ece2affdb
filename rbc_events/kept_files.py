"""Files that people give us: kept in the instance folder, outside of what the web shows, each under a name of its own.

A feature's table of files is a model with `KeptFile`. No two rows share a file, whatever is in it: so a file can go
with its row, and the same content given at that moment loses nothing. A file goes once the end of its row has been
committed; what a crash left is swept away in the night.
"""

import hashlib
import io
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from flask import Response, abort, send_file
from flask_babel import lazy_gettext as _l
from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, mapped_column

from rbc_events.application import settings
from rbc_events.database import Identified, db, follows, in_batches, reading
from rbc_events.errors import Unacceptable

MEGABYTE = 1024 * 1024
LEFT_FREE = 1024 * MEGABYTE  # of the disk, for database and mails
GONE = "files of deleted rows"


class Full(Unacceptable):
    """There is no room for one more file. The message says which limit it is."""

    message = _l("The server has no room for files now. Please try again later, or tell the organisers.")


class KeptFile(Identified):
    """A row that stands for a file in the folder `FOLDER`."""

    FOLDER: ClassVar[str]

    file_name: Mapped[str]  # to download under, see `safe_name`
    media_type: Mapped[str]  # found in the content
    size: Mapped[int]
    sha256: Mapped[str]
    stored_as: Mapped[str] = mapped_column(index=True)  # a name by chance; of old uploads the hash, which some share
    created_at: Mapped[datetime]


def keep(row: Any, content: bytes) -> None:
    """Write the content of a new row to the disk, and add the row.

    Raises:
        Full: there is too little room on the disk.
    """
    folder = _folder(row)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < LEFT_FREE + len(content):
        raise Full
    row.size, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
    row.stored_as = secrets.token_hex(32)
    path = path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    db.session.add(row)
    db.session.flush()


def remove(row: Any) -> None:
    """Take the row away, and the file with it once that is committed."""
    db.session.delete(row)
    db.session.flush()


def safe_name(file_name: str, ending: str) -> str:
    """A name to download under: no folders, no control characters, and the ending that the content says."""
    stem = re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]", "", Path(file_name).name).rpartition(".")[0]
    return f"{stem[:80].strip('. ') or 'file'}.{ending}"


def path_of(row: Any) -> Path:
    return _path(type(row), row.stored_as)


def send(row: Any, *, inline: bool = False) -> Response:
    """The file as an answer, to be saved; `inline` is for pictures alone. 404 where the file is gone."""
    path = path_of(row)
    if not path.is_file():
        abort(404)
    response = send_file(
        io.BytesIO(path.read_bytes()),
        mimetype=row.media_type,
        as_attachment=not inline,
        download_name=row.file_name,
        etag=row.sha256,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def missing() -> list[str]:
    """The files that rows name and that aren't there, each as folder and name."""
    return [
        f"{model.FOLDER}/{stored_as}"
        for model in KeptFile.__subclasses__()
        for stored_as in db.session.scalars(select(model.stored_as))
        if not _path(model, stored_as).is_file()
    ]


def sweep(*, before: datetime) -> int:
    """Delete the older files that no row names, in the folder of every model; tells how many."""
    count = 0
    for model in KeptFile.__subclasses__():
        files = [path for path in _folder(model).glob("*/*") if path.stat().st_mtime < before.timestamp()]
        count += _delete_unreferenced(model, {path.name for path in files})
    return count


def _path(model: Any, stored_as: str) -> Path:
    return _folder(model) / stored_as[:2] / stored_as


def _folder(model: Any) -> Path:
    return Path(settings().instance) / model.FOLDER


@event.listens_for(KeptFile, "after_delete", propagate=True)
def _note_gone(_mapper: Any, _connection: Any, row: Any) -> None:
    db.session.info.setdefault(GONE, {}).setdefault(type(row), set()).add(row.stored_as)


@follows("after_commit")
def _drop_files(session: Any) -> None:
    for model, names in session.info.pop(GONE, {}).items():
        _delete_unreferenced(model, names)


def _delete_unreferenced(model: Any, names: set[str]) -> int:
    """Delete these files but for those that a row names: a savepoint may have been taken back."""
    named: set[str] = set()
    with reading(), db.engine.connect() as connection:
        for some in in_batches(sorted(names)):
            named |= set(connection.scalars(select(model.stored_as).where(model.stored_as.in_(some))))
    for name in names - named:
        _path(model, name).unlink(missing_ok=True)
    return len(names - named)
