"""Uploaded sheets: kept for a day under their hash, so that the trial run and the import read the same file."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from rbc_events.application import settings
from rbc_events.events.models import Event

KEPT = timedelta(hours=24)


def keep(event: Event, content: bytes, *, now: datetime) -> str:
    """Keep the file and return its hash; files of the event older than a day go."""
    folder = _folder(event)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < (now - KEPT).timestamp():
            old.unlink(missing_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    (folder / digest).write_bytes(content)
    return digest


def load_kept(event: Event, digest: str) -> bytes:
    """The file that was uploaded for this event.

    Raises:
        FileNotFoundError: it is gone.
    """
    return (_folder(event) / digest).read_bytes()


def _folder(event: Event) -> Path:
    return Path(settings().instance) / "sheets" / str(event.id)
