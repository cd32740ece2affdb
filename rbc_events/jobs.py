"""Background work: one Huey queue on SQLite, Redis or PostgreSQL, as RBC_JOBS_URL says.

Tasks stand in `<feature>/tasks.py`. A task gets numbers, not rows, and keeps its state in our own tables: the queue
only says that there is work. It runs in a context of the application that the worker was handed.
"""

import logging
import os
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask

from rbc_events.clock import now
from rbc_events.config import Config
from rbc_events.database import db, follows

log = logging.getLogger(__name__)

CONFIG = Config.from_environment(os.environ)
CLIENTS = {"redis": ("redis", "rediss", "unix"), "psycopg": ("postgresql", "postgres")}
TO_WAKE = "rbc_events.to_wake"

Task = TypeVar("Task", bound=Callable[..., Any])


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
with hidden(*(client for client, schemes in CLIENTS.items() if urlsplit(CONFIG.jobs_url).scheme not in schemes)):
    from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey
    from huey import crontab as crontab  # also for `tasks.py`, which may load nothing of huey before this
    from huey.serializer import SignedSerializer


def make_huey(url: str, secret: str) -> Huey:
    """The queue for a URL: sqlite:///path, redis://host/0 or postgresql://host/database.

    Messages are pickles, which can run code where they are read, so they are signed with the installation's secret:
    what somebody else has put into the queue is refused unread.
    """
    scheme = urlsplit(url).scheme
    options = {"results": False, "serializer": SignedSerializer(secret, "rbc-events jobs")}
    if scheme == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("rbc_events", filename=str(path), **options)
    if scheme in CLIENTS["redis"]:
        return PriorityRedisHuey("rbc_events", url=url, **options)
    return _postgres_huey(url, options)


def _postgres_huey(url: str, options: dict[str, Any]) -> Huey:
    """Several processes may start on a new database at once: PostgreSQL then refuses all but one `CREATE TABLE IF NOT
    EXISTS`, and the others find the tables when they look again."""
    from psycopg.errors import DuplicateTable, UniqueViolation  # where there is no PostgreSQL, this isn't loaded

    for _attempt in range(5):
        with suppress(DuplicateTable, UniqueViolation):
            return PostgresHuey("rbc_events", dsn=url, **options)
    return PostgresHuey("rbc_events", dsn=url, **options)


huey = make_huey(CONFIG.jobs_url, CONFIG.secret_key)

_applications: dict[str, Flask] = {}  # the worker's, once it was handed over


def work_for(app: Flask) -> None:
    """Hand this process the application that its tasks run in. The worker calls it once, at its start."""
    _applications["worker"] = app


def in_application(task: Task) -> Task:
    """Run a task in a context, and so a database session, of its own."""

    @wraps(task)
    def run(*arguments: Any, **named: Any) -> Any:
        with _applications["worker"].app_context():
            return task(*arguments, **named)

    return run  # type: ignore[return-value]


TURN = "periodic"  # what the keys of turns begin with in the queue's storage


def periodic(when: Callable[[datetime], bool], **options: Any) -> Callable[[Task], Any]:
    """A task for every minute that `when` names (a `huey.crontab`).

    Every worker looks at the clock. The first one on a queue takes the minute's turn, and the others leave it.
    """

    def register(task: Task) -> Any:
        return huey.periodic_task(_in_turn(when, f"{task.__module__}.{task.__name__}"), **options)(task)

    return register


def _in_turn(when: Callable[[datetime], bool], name: str) -> Callable[[datetime], bool]:
    def mine(moment: datetime) -> bool:
        try:
            return when(moment) and huey.put_if_empty(f"{TURN} {moment:%Y-%m-%dT%H:%M} {name}", 1)
        except Exception:  # the next turn makes up for it, as after a worker that was killed
            log.exception("the job queue could not be reached")
            return False

    return mine


def last_turn() -> datetime | None:
    """When one of the workers on this queue last took a turn, to the minute."""
    turns = [key for key in huey.storage.result_items() if key.startswith(TURN)]
    return datetime.fromisoformat(max(turns).split()[1]).replace(tzinfo=UTC) if turns else None


@periodic(crontab(minute="0"))
def forget_turns() -> None:
    """Delete the turns of more than an hour ago. Nobody takes a turn so late."""
    oldest = f"{TURN} {now() - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    for key in huey.storage.result_items():
        if key.startswith(TURN) and key < oldest:
            huey.delete(key)


_wakers: dict[str, Callable[[Any], Any]] = {}


def wakes(topic: str) -> Callable[[Task], Task]:
    """Name the function that puts work of a topic into the queue: see `wake_after_commit`."""

    def register(waker: Task) -> Task:
        _wakers[topic] = waker
        return waker

    return register


def wake_after_commit(topic: str, item: Hashable = None) -> None:
    """Once the present transaction is committed, and not before, have the worker look at `item`; each item once.

    Called by operations, which know no task: the topic's `@wakes` function stands in the feature's `tasks.py`.
    """
    db.session.info.setdefault(TO_WAKE, {})[topic, item] = None


@follows("after_commit")
def _wake(session: Any) -> None:
    for topic, item in session.info.pop(TO_WAKE, {}):
        wake_at_once(topic, item)


def wake_at_once(topic: str, item: Hashable = None) -> None:
    """Have the worker look at `item`, for a request that only reads: nothing of it waits for a commit."""
    try:
        _wakers[topic](item)
    except Exception:  # the row is safe in the database, and the next periodic look finds it
        log.exception("the job queue could not be reached")


@follows("after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(TO_WAKE, None)
