"""Pages against a bare Flask page of 300 rows, in one run: worker CPU, latency, queries, memory, start.

    python -m benchmarks.pages [--requests 200] [--sizes 30 300 1000]
    python -m benchmarks.pages --largest [1000]     organisations and meetings, ten times the requests: medians of pages

Each page is asked for over HTTP from a gunicorn with one worker of our own class, as in production; CPU is the worker's
own, read before and after. The ratio is to the bare page (benchmarks/bare.py) in gunicorn's thread worker, measured in
the same run. Queries are counted at three sizes; the second
is measured.
"""

import argparse
import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks import bare

# page, path, who asks, the most that it may cost relative to the bare page
PAGES = (
    ("event page", "/events/big-{n}", None, 2),
    ("directory", "/events/big-{n}/directory", "delegate-{n}", 3),
    ("timetable", "/events/big-{n}/timetable", "headquarters", 3),
    ("agenda", "/events/big-{n}/agenda", "delegate-{n}", 3),
)

OURS = "rbc_events.web_worker.BufferingWorker"  # as serving.web_command starts it
MOST_MS = 200
# pages of the largest event that grow with it; "headquarters" sees what a coordinator sees
LARGEST_PAGES = (
    ("headquarters", ("/", "/events", "/outcomes", "/reports", "/manage/", "/manage/mail")),
    ("headquarters", tuple(f"/events/big-{{n}}{page}" for page in (
        "", "/directory", "/directory?q=hearts", "/registrations", "/invitations", "/requests/all", "/requests/propose",
        "/interpreters", "/outcomes", "/outcomes/new", "/timetable", "/timetable/publish",
        "/timetable/conditions", "/questions", "/quotas",
    ))),
    ("headquarters", tuple(f"/manage/events/big-{{n}}/{page}" for page in (
        "agendas", "days", "invitations", "mail", "places", "settings",
    ))),
    ("delegate-{n}", ("/", *(f"/events/big-{{n}}{page}" for page in (
        "", "/directory", "/directory?q=hearts", "/recommendations", "/requests", "/agenda", "/subscribe",
    )))),
)  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(
    application: str, environment: dict[str, str], kind: str = OURS
) -> Iterator[tuple[int, psutil.Process, float]]:
    """A gunicorn with one worker; gives its port, its worker process and the seconds until its first answer."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", "--workers=1", "--threads=1"]
    command += [f"--worker-class={kind}", "--log-level=error", "--keep-alive=30"]
    begin = time.perf_counter()
    server = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        while True:
            try:
                get(connect(port), "/")
                break
            except OSError:
                if time.perf_counter() - begin > 60:
                    raise
                time.sleep(0.02)
        first = time.perf_counter() - begin
        yield port, psutil.Process(server.pid).children()[0], first
    finally:
        server.terminate()
        server.wait(timeout=20)


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def get(connection: http.client.HTTPConnection, path: str, cookie: str = "") -> tuple[int, int, str]:
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"} if cookie else {})
    response = connection.getresponse()
    return response.status, len(response.read()), response.headers.get("X-Queries", "")


def measure(port: int, worker: psutil.Process, path: str, cookie: str, requests: int) -> tuple[float, float, int]:
    """CPU seconds of the worker a request, the median latency in ms, and the size of the page in bytes."""
    connection = connect(port)
    for _warm in range(5):
        status, size, _queries = get(connection, path, cookie)
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
    before = sum(worker.cpu_times()[:2])
    taken = []
    for _number in range(requests):
        begin = time.perf_counter()
        get(connection, path, cookie)
        taken.append((time.perf_counter() - begin) * 1000)
    return (sum(worker.cpu_times()[:2]) - before) / requests, statistics.median(taken), size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--sizes", type=int, nargs=3, default=(30, 300, 1000))
    parser.add_argument("--largest", type=int, nargs="?", const=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rbc-bench-") as folder:
        environment = {"RBC_INSTANCE": folder, "RBC_ENV": "test", "RBC_RATE_LIMITS": "0"}
        environment["RBC_SECRET_KEY"] = "a key for the benchmark alone, long enough"
        if asked.largest:
            run_largest(environment, asked.largest)
        else:
            run(Path(folder), environment, asked.requests, tuple(asked.sizes))


def run_largest(environment: dict[str, str], size: int) -> None:
    cookies = prepare(environment, size, "--requests", 10 * size)
    found = []
    with served("benchmarks.counting:app", environment) as (port, worker, _first):
        for asking, paths in LARGEST_PAGES:
            who = asking.format(n=size)
            for path in (path.format(n=size) for path in paths):
                _cpu, latency, length = measure(port, worker, path, cookies[who], 15)
                found.append((latency, length, get(connect(port), path, cookies[who])[2], who, path))
    print(f"{'median ms':>9}{'kB':>7}{'queries':>9}  page (at most {MOST_MS} ms)")
    for latency, length, queries, who, path in sorted(found, reverse=True):
        print(f"{latency:>9.1f}{length / 1000:>7.0f}{queries:>9}  {path} ({who})")


def run(folder: Path, environment: dict[str, str], requests: int, sizes: tuple[int, int, int]) -> None:
    bare_url = f"sqlite:///{folder / 'bare.db'}"
    bare.fill(bare_url, sizes[1])
    cookies = prepare(environment, *sizes)
    with served("benchmarks.bare:create()", {"BARE_DATABASE": bare_url}, "gthread") as (port, worker, _first):
        base, latency, size = measure(port, worker, "/", "", requests)
    base = base or 1 / os.sysconf("SC_CLK_TCK") / requests  # of few requests: less than the clock can tell
    head = f"{'page':<14}{'CPU ms':>9}{'x bare':>8}{'most':>6}{'median ms':>11}{'kB':>7}"
    print(f"{head}   queries at {'/'.join(map(str, sizes))} rows")
    print(f"{f'bare, {sizes[1]}':<14}{base * 1000:>9.2f}{1:>8.2f}{'':>6}{latency:>11.1f}{size / 1000:>7.0f}   1")
    with served("benchmarks.counting:app", environment) as (port, worker, _first):
        for name, path, who, most in PAGES:
            cookie = lambda size, who=who: cookies.get(who.format(n=size), "") if who else ""  # noqa: E731
            cpu, latency, size = measure(port, worker, path.format(n=sizes[1]), cookie(sizes[1]), requests)
            queries = [get(connect(port), path.format(n=n), cookie(n))[2] for n in sizes]
            print(
                f"{name:<14}{cpu * 1000:>9.2f}{cpu / base:>8.2f}{most:>6}{latency:>11.1f}{size / 1000:>7.0f}   "
                + "/".join(queries)
            )
    with served("rbc_events.wsgi:app", environment) as (port, worker, first):
        for _name, path, who, _most in PAGES:
            get(connect(port), path.format(n=sizes[1]), cookies.get((who or "").format(n=sizes[1]), ""))
        memory = worker.memory_info().rss / 1e6
    print(f"first page {first:.2f} s after the start (at most 1) · {memory:.0f} MB a web worker (at most 100)")


def prepare(environment: dict[str, str], *arguments: object) -> dict[str, str]:
    """Fill the database in a process of its own and give the session cookies of those who ask."""
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.filling", *map(str, arguments)],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return dict(line.split(" ", 1) for line in output.splitlines() if line)


if __name__ == "__main__":
    main()
