"""Independent readers of calendars: icalendar, libical, ical.js, node-ical.

Each makes of a calendar a list of events: uid, sequence, summary, start and end in seconds since 1970.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from icalendar import Calendar

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SYSTEM_PYTHON = "/usr/bin/python3"
NODE = shutil.which("node") or shutil.which(
    "node", path=Path(sys.executable).parent
)  # the wheel's, where there is no other


def needed(what: str) -> None:
    """Skip with one line where a judge is missing; where everything has to run (CI=true), fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@cache
def has_libical() -> bool:
    test = "from gi.repository import ICalGLib"
    return (
        Path(SYSTEM_PYTHON).exists() and not subprocess.run([SYSTEM_PYTHON, "-c", test], capture_output=True).returncode
    )


def by_icalendar(calendars: list[bytes]) -> list[list[dict]]:
    return [[_event(event) for event in Calendar.from_ical(calendar).walk("VEVENT")] for calendar in calendars]


def _event(event) -> dict:
    return {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "summary": str(event["SUMMARY"]),
        "start": int(event["DTSTART"].dt.timestamp()),
        "end": int(event["DTEND"].dt.timestamp()),
    }


def by_libical(calendars: list[bytes]) -> list[dict]:
    """Beside the events, `faults`: what libical's check of the iTIP rules finds."""
    if not has_libical():
        needed("libical is missing: apt-get install 'gir1.2-ical-*' python3-gi")
    return _run([SYSTEM_PYTHON, HERE / "libical_judge.py"], calendars)


def by_javascript(calendars: list[bytes]) -> list[dict]:
    """Per calendar the events of `ical.js` and of `node-ical`."""
    if NODE is None or not (ROOT / "node_modules" / "node-ical").exists():
        needed("ical.js and node-ical are missing: npm ci")
    return _run([NODE, HERE / "javascript_judge.mjs"], calendars)


def _run(command: list, calendars: list[bytes]) -> list:
    done = subprocess.run(
        command,
        input=json.dumps([c.decode() for c in calendars]),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def agreed(calendars: list[bytes]) -> list[list[dict]]:
    """The events of each calendar as all four judges read them; fails where they differ or libical finds a fault."""
    ours = by_icalendar(calendars)
    for index, (mine, libical, javascript) in enumerate(
        zip(ours, by_libical(calendars), by_javascript(calendars), strict=True)
    ):
        assert libical["faults"] == [], calendars[index].decode()
        assert libical["events"] == mine, calendars[index].decode()
        assert javascript["ical.js"] == mine, calendars[index].decode()
        assert javascript["node-ical"] == mine, calendars[index].decode()
    return ours
