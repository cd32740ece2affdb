"""How many bookings of every kind eight people get done a minute, over HTTP: on SQLite and on PostgreSQL.

    python -m benchmarks.writes [sqlite] [postgresql] [--organisations 60] [--clients 8] [--workers 2]

Organisations register, ask one another for meetings, and accept; then coordinators place meetings as in
`benchmarks.bookings`. Every answer is a row afterwards. The status is 0 where each kind reaches its goal (600 a
minute on SQLite, 1,200 on PostgreSQL, p95 under 1 s, errors under 0.1 %) and no row is missing.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from benchmarks import bookings
from benchmarks.pages import connect

GOALS = {"sqlite": 600, "postgresql": 1_200}  # a minute
P95, ERRORS = 1.0, 0.001
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Job:
    """What one person sends from one page: the fields of each form, and where it goes."""

    cookie: str
    page: str
    sent: Sequence[tuple[str, dict[str, str]]]


@dataclass
class Client(threading.Thread):
    """Does jobs one after the other, as fast as the answers come; only what is sent is timed."""

    port: int
    jobs: Sequence[Job]
    times: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        connection = connect(self.port)
        try:
            for job in self.jobs:
                self.do(connection, job)
        except (OSError, http.client.HTTPException) as fault:
            self.faults.append(repr(fault))
        finally:
            connection.close()

    def do(self, connection: http.client.HTTPConnection, job: Job) -> None:
        connection.request("GET", job.page, headers={"Cookie": job.cookie})
        response = connection.getresponse()
        page = response.read().decode()
        cookie = (response.headers.get("Set-Cookie") or job.cookie).partition(";")[0]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if response.status != 200 or token is None:
            raise http.client.HTTPException(f"{job.page} answered {response.status}")
        for address, fields in job.sent:
            began = time.perf_counter()
            connection.request(
                "POST", address, urlencode({**fields, "csrf_token": token[1]}), {"Cookie": cookie, **FORM}
            )
            answer = connection.getresponse()
            answer.read()
            self.times.append(time.perf_counter() - began)
            if answer.status != 302:
                self.faults.append(f"{address} answered {answer.status}")


def registrations(known: dict[str, list[str]], number: int) -> list[Job]:
    """Visitors who register an organisation each."""
    forms = [
        {
            "form_key": f"bench-{each}",
            "kind": "foreign_company",
            "name_native": f"New Sample {each} GmbH",
            "country": "DE",
            "email": f"new{each}@people.example",
            "family_latin": "Mihon",
            "given_latin": "Anna",
        }
        for each in range(number)
    ]
    page = "/events/writes/register"
    return [Job("", page, [(page, form)]) for form in forms]


def requests(known: dict[str, list[str]], each: int) -> list[Job]:
    """Everybody asks as many of those after them."""
    sides, cookies = known["registrations"], known["cookies"]
    page = "/events/writes/requests"
    return [
        Job(cookie, page, [(f"{page}/to/{_after(sides, place, far)}", {"priority": "2"}) for far in range(1, each + 1)])
        for place, cookie in enumerate(cookies)
    ]


def _after(sides: list[str], place: int, far: int) -> str:
    return sides[(place + far) % len(sides)]


def acceptances(url: str, known: dict[str, list[str]]) -> list[Job]:
    """Everybody accepts what they were asked."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT p.registration_id, p.request_id FROM request_parties p WHERE p.answer <> 'accepted'")
        ).all()
    engine.dispose()
    waiting: dict[str, list[str]] = {}
    for registration, request in rows:
        waiting.setdefault(str(registration), []).append(str(request))
    cookies = dict(zip(map(str, known["registrations"]), known["cookies"], strict=True))
    page, fields = "/events/writes/requests", {"decision": "accept", "priority": "2"}
    return [
        Job(cookies[side], page, [(f"{page}/{request}/answer", fields) for request in asked])
        for side, asked in waiting.items()
    ]


def work(port: int, jobs: list[Job], clients: int) -> tuple[list[Client], float]:
    """Let the clients do the jobs; gives them, and how many seconds all took together."""
    people = [Client(port, jobs[number::clients]) for number in range(clients)]
    began = time.perf_counter()
    for person in people:
        person.start()
    for person in people:
        person.join()
    return people, time.perf_counter() - began


def told(kind: str, name: str, people: list[Client], seconds: float, rows: int) -> bool:
    times = sorted(each for person in people for each in person.times) or [float("inf")]
    faults = [fault for person in people for fault in person.faults]
    a_minute, p95 = len(times) * 60 / seconds, times[int(len(times) * 0.95)]
    missing = len(times) - len(faults) - rows
    words = f"{kind} {name}: {a_minute:,.0f} a minute, p95 {p95:.2f} s, {len(faults)} faults, {missing} rows missing"
    print(words, *faults[:3], flush=True)
    return a_minute >= GOALS[kind] and p95 < P95 and len(faults) < ERRORS * len(times) + 1 and missing == 0


def count(url: str, table: str, condition: str = "1 = 1") -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table} WHERE {condition}")).scalar_one()
    engine.dispose()
    return int(found)


def measure(kind: str, asked: argparse.Namespace) -> bool:
    folder = Path(tempfile.mkdtemp(prefix="rbc-writes-"))
    try:
        with bookings.database(kind, folder) as url:
            environment = {**os.environ, "RBC_INSTANCE": str(folder), "RBC_ENV": "test", "RBC_RATE_LIMITS": "0"}
            environment |= {"RBC_DATABASE_URL": url, "RBC_WEB_WORKERS": str(asked.workers)}
            environment["RBC_SECRET_KEY"] = "a key for the benchmark alone, long enough"
            command = [sys.executable, "-m", "benchmarks.writes_event", str(asked.organisations)]
            output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
            known = dict(json.loads(output.splitlines()[-1]))
            with bookings.served(environment) as port:
                return all([*_kinds(kind, url, port, known, asked)])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kinds(kind: str, url: str, port: int, known: dict[str, list[str]], asked: argparse.Namespace) -> list[bool]:
    reached = []
    before = count(url, "registrations")
    done = work(port, registrations(known, 5 * asked.organisations), asked.clients)
    reached.append(told(kind, "registrations", *done, count(url, "registrations") - before))
    done = work(port, requests(known, 10), asked.clients)
    reached.append(told(kind, "requests", *done, count(url, "meeting_requests")))
    done = work(port, acceptances(url, known), asked.clients)
    reached.append(told(kind, "acceptances", *done, count(url, "meetings")))
    return reached


def main(arguments: list[str] | None = None) -> bool:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", nargs="*", metavar="database", help="sqlite, postgresql; by default both")
    parser.add_argument("--organisations", type=int, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2, help="web processes (RBC_WEB_WORKERS)")
    asked = parser.parse_args(arguments)
    good = [measure(kind, asked) for kind in asked.databases or bookings.DATABASES]
    placed = bookings.main([*asked.databases, "--workers", str(asked.workers), "--clients", str(asked.clients)])
    return all(good) and placed


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
