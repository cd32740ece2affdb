"""The board of one large event: what the page, a pick-up, a move and a question for changes take, and the first paint.

    python -m benchmarks.board [--meetings 1000] [--requests 15]

CPU is the one worker's own, read before and after, so that a busy machine counts less than in the latency. Where there
is a Chromium, it opens the page as a first visit: its first paint, the bytes that came and how far the layout shifted.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import psutil

from benchmarks.pages import served

DAY = "day=2027-01-04"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Client:
    """Asks one worker, and keeps its answers' latency and CPU in ms and their size in bytes."""

    def __init__(self, port: int, worker: psutil.Process, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.worker, self.cookie, self.token = worker, cookie, ""

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[float, float, int, str]:
        headers = {"Cookie": self.cookie, "HX-Request": "true", "X-CSRFToken": self.token, "Accept-Language": "en"}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        spent, begin = sum(self.worker.cpu_times()[:2]), time.perf_counter()
        self.connection.request(method, path, urlencode(fields or {}), headers)
        response = self.connection.getresponse()
        body = response.read()
        taken = (time.perf_counter() - begin) * 1000
        self.cookie = (response.headers.get("Set-Cookie") or self.cookie).partition(";")[0]
        if response.status not in (200, 204):
            raise SystemExit(f"{path} answered {response.status}")
        return taken, (sum(self.worker.cpu_times()[:2]) - spent) * 1000, len(body), body.decode()


def ways(known: dict[str, Any]) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    """What is measured: its name, method, path, and the fields of one request after another."""
    board = f"/events/{known['key']}/timetable"
    first, second = known["meetings"][0], known["meetings"][1]
    moves = [{"slot": first["slots"][0], "place": place["place"], "interpreter": -1} for place in (second, first)]
    yield "page", "GET", f"{board}?{DAY}", []
    yield "pick up", "GET", f"{board}/{first['meeting']}/marks?{DAY}", []
    yield "move", "POST", f"{board}/{first['meeting']}/move?{DAY}", moves
    yield "changes", "GET", f"{board}/changes?{DAY}&since={{revision}}", []


def measure(client: Client, known: dict[str, Any], requests: int) -> None:
    print(f"{'median ms':>10}{'CPU ms':>8}{'kB':>7}")
    text = client.ask("GET", f"/events/{known['key']}/timetable?{DAY}")[3]
    for name, method, path, fields in ways(known):
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        client.token = found[1] if found else client.token
        text = client.ask("GET", f"/events/{known['key']}/timetable?{DAY}")[3]
        path = path.format(revision=re.findall(r"since=(\d+)", text)[0])
        answers = []
        for number in range(requests + 2):
            answers.append(client.ask(method, path, fields[number % len(fields)] if fields else None)[:3])
        taken, cpu, size = zip(*answers[2:], strict=True)
        kilobytes = statistics.median(size) / 1000
        print(f"{statistics.median(taken):>10.1f}{statistics.mean(cpu):>8.1f}{kilobytes:>7.0f}  {name}")


def first_visit(port: int, known: dict[str, Any]) -> None:
    from playwright.sync_api import sync_playwright  # here: only where there is a browser

    name, _equals, value = known["cookie"].partition("=")
    with sync_playwright() as playwright:
        path = next(path for path in map(shutil.which, BROWSERS) if path)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
        page.add_init_script(
            "window.shifted = 0; new PerformanceObserver((list) => list.getEntries().forEach("
            "(entry) => { shifted += entry.value; })).observe({ type: 'layout-shift', buffered: true })"
        )
        page.goto(f"http://127.0.0.1:{port}/events/{known['key']}/timetable?{DAY}", wait_until="load")
        page.wait_for_timeout(1000)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        size = page.evaluate(
            "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
            ".reduce((sum, each) => sum + each.transferSize, 0)"
        )
        print(f"first paint {paint:.0f} ms, {size / 1000:.0f} kB came, layout shift {page.evaluate('shifted'):.3f}")
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meetings", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rbc-board-") as folder:
        environment = {"RBC_INSTANCE": folder, "RBC_ENV": "test", "RBC_RATE_LIMITS": "0"}
        environment["RBC_SECRET_KEY"] = "a key for the benchmark alone, long enough"
        command = [sys.executable, "-m", "benchmarks.board_event", str(asked.meetings)]
        known = json.loads(subprocess.check_output(command, env={**os.environ, **environment}))
        with served("rbc_events.wsgi:app", environment) as (port, worker, _first):
            measure(Client(port, worker, known["cookie"]), known, asked.requests)
            if any(map(shutil.which, BROWSERS)):
                first_visit(port, known)


if __name__ == "__main__":
    main()
