"""Background work: one Huey queue on SQLite, Redis or PostgreSQL, as RBC_JOBS_URL says.

Tasks stand in `<feature>/tasks.py`. A task gets numbers, not rows, and keeps its state in our own tables: the queue
only says that there is work.
"""

import os
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey

from rbc_events.config import Config


def make_huey(url: str) -> Huey:
    """The queue for a URL: sqlite:///path, redis://host/0 or postgresql://host/database."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("rbc_events", filename=str(path), results=False)
    if scheme in {"redis", "rediss", "unix"}:
        return RedisHuey("rbc_events", url=url, results=False)
    return PostgresHuey("rbc_events", dsn=url, results=False)


huey = make_huey(Config.from_environment(os.environ).jobs_url)


@cache
def worker_app() -> Flask:
    """The application that tasks run in; one per worker process."""
    from rbc_events.app import create_app

    return create_app()
