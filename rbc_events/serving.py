"""Starting the parts of an installation: migration, web server, worker, or all of them together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rbc_events.config import Config

if TYPE_CHECKING:
    from flask import Flask


def web_command(config: Config) -> list[str]:
    """gunicorn's command line. Threads share one process's memory; more processes come by RBC_WEB_WORKERS."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "rbc_events.wsgi:app",
        f"--bind={config.host}:{config.port}",
        f"--workers={config.web_workers}",
        "--worker-class=gthread",
        "--threads=4",
        "--worker-tmp-dir=/dev/shm" if Path("/dev/shm").is_dir() else "--worker-tmp-dir=/tmp",  # noqa: S108
        "--log-level=warning",
        "--graceful-timeout=10",
    ]


def run_worker() -> None:
    """Work through the queue until a signal ends it; a task under way is finished first."""
    from huey.consumer import Consumer

    from rbc_events import jobs
    from rbc_events.app import create_app

    jobs.work_for(create_app())
    Consumer(jobs.huey, workers=4, periodic=True, initial_delay=0.1, max_delay=2.0, graceful_signal="TERM").run()


def run_everything(config: Config, *, sample: bool) -> int:
    """Migrate, load the sample programme if the database is empty, start web and worker, and wait for Ctrl-C.

    Returns the exit status: 0 after a clean stop, 1 when a part ended by itself.
    """
    from rbc_events.migrating import migrate_database

    app = migrate_database(config)
    if sample:
        load_sample_if_empty(app)
    environment = {**os.environ, "RBC_SECRET_KEY": config.secret_key}
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, _frame: stopping.append(signum))
    parts = [start(web_command(config), environment)]
    wait_until_up(config, parts[0])
    parts.append(start([sys.executable, "-m", "rbc_events", "worker"], environment))  # visitors come first
    print_welcome(config)
    while not stopping and all(part.poll() is None for part in parts):
        time.sleep(0.2)
    for part in parts:
        if part.poll() is None:
            part.terminate()
    for part in parts:
        try:
            part.wait(timeout=15)
        except subprocess.TimeoutExpired:
            part.kill()
    return 0 if stopping else 1


def start(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """A part in a session of its own, which keeps Ctrl-C from reaching it twice: we tell each of them once."""
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603


def wait_until_up(config: Config, web: "subprocess.Popen[bytes]") -> None:
    """Until the web server answers, has ended, or ten seconds have passed."""
    from http.client import HTTPConnection, HTTPException

    for _try in range(200):
        if web.poll() is not None:
            return
        connection = HTTPConnection("127.0.0.1", config.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
            return
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()


def load_sample_if_empty(app: "Flask") -> None:
    from rbc_events.samples import loading

    with app.app_context():
        loading.load_if_empty()


def print_welcome(config: Config) -> None:
    from rbc_events.samples import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD

    print(f"\n  RBC Events: {config.base_url}\n")
    if not config.production:
        print(f"  Sample log-ins (password {SAMPLE_PASSWORD}):")
        for email, role in SAMPLE_ACCOUNTS:
            print(f"    {email:<40} {role}")
    print("\n  Ctrl-C stops the web server and the worker.\n", flush=True)
