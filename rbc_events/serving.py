"""Starting the parts of an installation: migration, web server, worker, or all of them together."""

import errno
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rbc_events.config import Config, ConfigurationError
from rbc_events.supervising import EVERY, Ended, Stopped, Supervisor

if TYPE_CHECKING:
    from flask import Flask


def listen(config: Config) -> socket.socket:
    """The socket on which the web server will answer: taken before anything is started, so that it is ours.

    Raises:
        ConfigurationError: the port can't be had.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(f"PORT: another program listens on port {config.port} already.") from None
        raise ConfigurationError(f"PORT, RBC_HOST: {config.host}:{config.port}: {error.strerror}.") from None
    listener.set_inheritable(True)
    return listener


def web_command(config: Config, listener: int) -> list[str]:
    """gunicorn's command line, on a socket that it inherits. Threads share one process's memory; more processes come
    by RBC_WEB_WORKERS."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "rbc_events.wsgi:app",
        f"--bind=fd://{listener}",
        f"--workers={config.web_workers}",
        "--worker-class=rbc_events.web_worker.BufferingWorker",
        "--threads=4",
        "--worker-tmp-dir=/dev/shm" if Path("/dev/shm").is_dir() else "--worker-tmp-dir=/tmp",  # noqa: S108
        "--log-level=warning",
        "--graceful-timeout=10",
    ]


def run_worker() -> None:
    """Work through the queue until a signal ends it; a task under way is finished first."""
    from huey.consumer import Consumer  # the launcher loads nothing of what its parts need

    from rbc_events import jobs
    from rbc_events.app import create_app
    from rbc_events.logs import write_log

    config = Config.from_environment()
    write_log(config.log_level)
    jobs.work_for(create_app(config))
    Consumer(jobs.huey, workers=4, periodic=True, initial_delay=0.1, max_delay=2.0, graceful_signal="TERM").run()


def run_everything(config: Config, *, sample: bool) -> int:
    """Migrate, load the sample programme if the database is empty, keep web and worker running, and wait for Ctrl-C.

    Returns the exit status: 0 after a clean stop, 1 when the web server ended by itself, that of `init` when it failed.

    Raises:
        ConfigurationError: the port can't be had.
    """
    ourselves = [sys.executable, "-m", "rbc_events"]
    environment = {**os.environ, "RBC_SECRET_KEY": config.secret_key}
    with listen(config) as listener, Supervisor(environment, shared=(listener.fileno(),)) as supervisor:
        try:
            # In a process of its own: what loading takes is given back before the rest starts.
            status = supervisor.run([*ourselves, "init", "--quiet", "--sample" if sample else "--no-sample"])
            if status:
                return status
            address = listener.getsockname()
            supervisor.start("web server", web_command(config, listener.fileno()), vital=True)
            listener.close()  # it is the web server's now: who comes after its end is refused at once
            wait_until_up(listener.family, address, supervisor)
            supervisor.start("worker", [*ourselves, "worker"], vital=False)  # visitors come first
            print_welcome(config, sample=sample)
            supervisor.watch()
        except Stopped:
            return 0
        except Ended as ended:
            print(ended, file=sys.stderr, flush=True)
    return 1


def wait_until_up(family: int, address: Any, supervisor: Supervisor) -> None:
    """Until the web server answers, however long that takes. Raises Stopped, or Ended where it ends before."""
    while True:
        supervisor.pause()
        with socket.socket(family, socket.SOCK_STREAM) as visitor, suppress(OSError):
            visitor.settimeout(EVERY)
            visitor.connect(address)
            visitor.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            if _answer(visitor, supervisor):
                return


def _answer(visitor: socket.socket, supervisor: Supervisor) -> bytes:
    """The first byte of the answer; nothing where the connection was closed."""
    while True:
        try:
            return visitor.recv(1)
        except TimeoutError:  # the connection is taken before the web server has started
            supervisor.pause()


def prepare_database(config: Config, *, sample: bool) -> None:
    """Bring the database up to this version and load the sample programme where it is wanted and the database is empty.

    Several may start at once: they take turns.

    Raises:
        ConfigurationError: the samples and a production start don't go together.
    """
    from rbc_events.migrating import (
        migrate_database,
        taking_turns,
    )  # the launcher, which waits for its parts, does without
    from rbc_events.samples.refusing import refuse_sample_accounts, warn_of_sample_accounts

    if sample and config.production:
        raise ConfigurationError("RBC_ENV: samples aren't loaded in production.")
    with taking_turns(config):
        app = migrate_database(config)
        if sample:
            load_sample_if_empty(app)
    refuse_sample_accounts(config)
    warn_of_sample_accounts(config)


def load_sample_if_empty(app: "Flask") -> None:
    from rbc_events.samples import loading  # the launcher, which waits for its parts, does without

    with app.app_context():
        loading.load_if_empty()


def print_welcome(config: Config, *, sample: bool) -> None:
    from rbc_events.samples import (
        SAMPLE_ACCOUNTS,
        SAMPLE_PASSWORD,
    )  # the launcher, which waits for its parts, does without

    print(f"\n  RBC Events: {config.base_url}\n")
    if sample:
        print(f"  Sample log-ins (password {SAMPLE_PASSWORD}):")
        for email, role in SAMPLE_ACCOUNTS:
            print(f"    {email:<40} {role}")
    print("\n  Ctrl-C stops the web server and the worker.\n", flush=True)
