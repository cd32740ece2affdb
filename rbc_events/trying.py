"""What the settings name, tried before anything starts: a database, a queue, a folder, a file that isn't there is told
in one line. A mail server that doesn't answer isn't among them: mail waits for it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rbc_events.config import Config, ConfigurationError

PATIENCE = 10  # seconds for a server to answer


class _Fault(Exception):
    pass


def require_usable(config: Config) -> None:
    """Try database, job queue, folder of mails and taxonomy.

    Raises:
        ConfigurationError: with a line for each that can't be used.
    """
    faults = list(_faults(config))
    if faults:
        raise ConfigurationError(*faults)


def _faults(config: Config) -> Iterator[str]:
    tried: dict[str, tuple[Callable[[str], None], str]] = {
        "RBC_DATABASE_URL": (_try_database, config.database_url),
        "RBC_JOBS_URL": (_try_queue, config.jobs_url),
        "RBC_MAIL_URL": (_try_folder, config.mail_url),
        "RBC_TAXONOMY": (_try_taxonomy, config.taxonomy),
    }
    for name, (attempt, value) in tried.items():
        try:
            attempt(value)
        except _Fault as fault:
            first, _break, _more = str(fault).partition("\n")
            yield f"{name}: can't be used: {first.rstrip('.')}."


def _try_database(url: str) -> None:
    from sqlalchemy import create_engine, inspect  # half a second, which a launcher does without
    from sqlalchemy.exc import DBAPIError

    from rbc_events.database import reading

    options = {} if url.startswith("sqlite") else {"connect_timeout": PATIENCE}
    engine = create_engine(url, connect_args=options)
    try:
        with reading(), engine.connect() as connection:
            inspect(connection).get_table_names()
    except DBAPIError as refused:
        raise _Fault(refused.orig) from None
    finally:
        engine.dispose()


def _try_queue(url: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        _try_sqlite(Path(url.removeprefix("sqlite:///")))
    elif scheme.startswith("postgres"):
        _try_postgresql(url)
    else:
        _try_redis(url)


def _try_sqlite(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path)
        connection.execute("SELECT name FROM sqlite_master").fetchall()
        connection.close()
    except OSError as error:
        raise _Fault(f"{path}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise _Fault(f"{path}: {error}") from None


def _try_postgresql(url: str) -> None:
    import psycopg  # a laptop does without

    try:
        psycopg.connect(url, connect_timeout=PATIENCE).close()
    except psycopg.Error as error:
        raise _Fault(error) from None


def _try_redis(url: str) -> None:
    import redis  # a laptop does without

    try:
        redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE).ping()
    except (redis.RedisError, ValueError) as error:
        raise _Fault(error) from None


def _try_folder(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "file":
        return
    folder = Path(unquote(parts.path))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _Fault(f"{folder}: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _Fault(f"{folder}: Permission denied")


def _try_taxonomy(path: str) -> None:
    if not path:
        return
    from rbc_events.matching.taxonomy import TaxonomyError, load  # a launcher does without

    try:
        load(path)
    except OSError as error:
        raise _Fault(f"{path}: {error.strerror}") from None
    except TaxonomyError as error:
        raise _Fault(f"{error.faults[0]} (`rbc-events taxonomy check` tells all)") from None
