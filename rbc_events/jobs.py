"""Background work: one Huey queue on SQLite, Redis or PostgreSQL, as RBC_JOBS_URL says.

Tasks stand in `<feature>/tasks.py`. A task gets numbers, not rows, and keeps its state in our own tables: the queue
only says that there is work.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from rbc_events.config import Config

JOBS_URL = Config.from_environment(os.environ).jobs_url
CLIENTS = {"redis": ("redis", "rediss", "unix"), "psycopg": ("postgresql", "postgres")}


@contextmanager
def hidden(*modules: str) -> Iterator[None]:
    """Make `import` fail for modules meanwhile. Those loaded already stay."""
    hiding = [name for name in modules if name not in sys.modules]
    # None is how Python says that a module is not to be had.
    sys.modules.update(dict.fromkeys(hiding))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hiding:
            del sys.modules[name]


# Huey loads every client that is installed. The one for Redis alone takes 12 MB and 0.2 s that a laptop has no use for.
with hidden(*(client for client, schemes in CLIENTS.items() if urlsplit(JOBS_URL).scheme not in schemes)):
    from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey


def make_huey(url: str) -> Huey:
    """The queue for a URL: sqlite:///path, redis://host/0 or postgresql://host/database."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("rbc_events", filename=str(path), results=False)
    if scheme in CLIENTS["redis"]:
        return PriorityRedisHuey("rbc_events", url=url, results=False)
    return PostgresHuey("rbc_events", dsn=url, results=False)


huey = make_huey(JOBS_URL)


@cache
def worker_app() -> Flask:
    """The application that tasks run in; one per worker process."""
    from rbc_events.app import create_app

    return create_app()
