"""What a stranger or a file makes us compute, in a process of its own that is ended when it takes too much.

A parser over foreign input can be made to run for ever or to ask for all memory, and some can't be interrupted from
inside. So each call gets a new process with a limit on time and memory, forked from a small server that holds nothing
of ours: no connection, no lock, no thread. Only a few run at once; who comes beyond them is told so at once, because
whoever waits keeps a thread of the web server from everybody else.

The caller holds no transaction meanwhile: it reads what it needs, ends the transaction, calls, and then writes.
"""

import logging
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, ParamSpec, TypeVar

from flask import has_app_context
from flask_babel import lazy_gettext as _l

from rbc_events.database import db
from rbc_events.errors import DomainError

T = TypeVar("T")
P = ParamSpec("P")
log = logging.getLogger(__name__)

AT_ONCE = 2
"""Processes that one web server process, worker or command has at the same time."""
WAITING = 1
"""Callers beyond them that wait for one to end: of four threads one always answers other visitors."""
LONGEST_WAIT = 1.0  # seconds
PRELOADED = (
    "rbc_events.app",
    "rbc_events.sheet_import.registry",
    "rbc_events.sheets.excel",
    "recurring_ical_events",
    "jinja2.ext",
)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(list(PRELOADED))
_running = threading.BoundedSemaphore(AT_ONCE)
_inside = threading.BoundedSemaphore(AT_ONCE + WAITING)
_results: Connection | None = None  # in a confined process, where what it gives goes


@dataclass(frozen=True)
class Budget:
    """What one call may take: seconds on the clock, and megabytes of address space."""

    seconds: float
    megabytes: int = 512


class Exceeded(Exception):
    """The call took more time or memory than its budget, or its process died of what it was given."""


class Busy(DomainError):
    """As many such calls as may run at once are running."""

    title = _l("Please try again in a moment")
    message = _l("Several files are being read just now. Please send yours once more in a few seconds.")


class _Failed(NamedTuple):
    error: BaseException


class _Told(NamedTuple):
    value: Any


def run(budget: Budget, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What `function` returns or raises in a process of its own. Function, arguments and result are pickled.

    Raises:
        Exceeded: it didn't keep to its budget.
        Busy: too many calls are under way.
        RuntimeError: a transaction is open, which would hold up others for as long.
    """
    return run_told(lambda _value: None, budget, function, *args, **kwargs)


def run_told(
    hear: Callable[[Any], None], budget: Budget, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Like `run`; `hear` is called here with each value that the function gives to `tell` while it works."""
    _require_no_transaction()
    with _place(), _process(budget, function, args, kwargs) as results:
        found = _heard(results, time.monotonic() + budget.seconds, hear)
    if found is None:
        log.warning("%s exceeded its budget: %s", function.__qualname__, budget)
        raise Exceeded
    if isinstance(found, _Failed):
        raise found.error
    result: T = found[0]
    return result


def command(arguments: Sequence[str], *, seconds: float) -> int | None:
    """The exit status of a command of the installation's own, such as a virus scanner; None where it can't be started
    or takes longer. Its memory isn't limited: it may be large by nature.

    Raises:
        Busy, RuntimeError: see `run`.
    """
    _require_no_transaction()
    with _place():
        try:
            done = subprocess.run(  # noqa: S603 - the command is the operator's setting
                arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.warning("%s: %s", arguments[0], type(error).__name__)
            return None
    return done.returncode


def _require_no_transaction() -> None:
    if has_app_context() and db.session.registry.has() and db.session().in_transaction():
        raise RuntimeError("a confined call inside a transaction")


def _heard(results: Connection, until: float, hear: Callable[[Any], None]) -> Any:
    """What the process ends with; None where it gives nothing in time."""
    try:
        while results.poll(max(until - time.monotonic(), 0)):
            found = results.recv()
            if not isinstance(found, _Told):
                return found
            hear(found.value)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    return None


def tell(value: Any) -> None:
    """In a confined process: say how far it is. Nothing happens elsewhere."""
    if _results is not None:
        _results.send(_Told(value))


@contextmanager
def _place() -> Iterator[None]:
    """One of the few places for a process, after a short wait at most."""
    if not _inside.acquire(blocking=False):
        raise Busy
    try:
        if not _running.acquire(timeout=LONGEST_WAIT):
            raise Busy
        try:
            yield
        finally:
            _running.release()
    finally:
        _inside.release()


@contextmanager
def _process(
    budget: Budget, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[Connection]:
    """The pipe on which the result of a process comes that works on the call; it is gone when the block ends."""
    results, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_work, args=(theirs, budget, function, args, kwargs), daemon=True)
    try:
        with suppress(BrokenPipeError):  # it died before it had read its arguments
            process.start()
        theirs.close()
        yield results
    finally:
        results.close()
        if process.pid is not None:
            if process.is_alive():
                process.kill()
            process.join()
            process.close()


def _work(results: Connection, budget: Budget, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
    global _results
    limit(budget)
    _results = results
    try:
        found: tuple[Any] | _Failed = (function(*args, **kwargs),)
    except MemoryError:
        return  # not even the error may fit
    except Exception as error:
        found = _Failed(error)
    with suppress(BrokenPipeError, MemoryError):  # nobody waits any more
        results.send(found)


def limit(budget: Budget) -> None:
    """Keep this process to its budget even when the one that started it is gone."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, budget.seconds + 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS refuses to limit the address space
        size = budget.megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    with suppress(OSError):
        os.nice(5)  # pages come first
