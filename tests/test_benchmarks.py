"""Every benchmark runs to its end, on as little as it takes: figures in the documentation can be measured again."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.scheduling import event
from tests.scheduling.test_minizinc import TEXT

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
# Parts of the others, and Timefold's model, which needs Java.
PARTS = {
    "__init__",
    "b2b_events",
    "bare",
    "board_event",
    "bookings_event",
    "matching_encoders",
    "comparators",
    "counting",
    "filling",
    "matching_speed",
    "timefold_model",
    "writes_event",
}

pytestmark = pytest.mark.slow


def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def printed(name: str, *arguments: object) -> str:
    done = run(name, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_benchmark_is_run_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    names = {path.stem for path in BENCHMARKS.glob("*.py")} - PARTS
    ways = (
        'printed("{}"',
        'run("{}"',
        "from benchmarks.{} import main",
        "from benchmarks import {}\n",
        '"benchmarks.{}"',
    )
    assert {name for name in names if not any(way.format(name) in tests for way in ways)} == set()


def test_confined() -> None:
    assert len(printed("confined").splitlines()) == 5


def test_calendars() -> None:
    lines = printed("calendars", "--meetings", 4).splitlines()
    assert [line.partition("  ")[0] for line in lines[:3]] == [
        "publish 4 meetings, write their mails",
        "hand 8 mails to an SMTP server",
        "read 4 answers from an IMAP server",
    ]
    assert len(lines) == 9


def test_writes() -> None:
    # Its status tells of a whole event, which six organisations aren't.
    told = run("writes", "sqlite", "--organisations", 6, "--clients", 2, "--workers", 1).stdout
    assert "sqlite registrations" in told


def test_enumeration() -> None:
    # Its status tells of times, which few pairs on a busy machine don't.
    assert re.match(r"median gap [\d.]+% over 3 pairs; \d+% without the guard", run("enumeration", "--pairs", 3).stdout)


@pytest.mark.parametrize("part", ["quality", "blind", "unseen", "together"])
def test_matching(part: str) -> None:
    assert "taxonomy alone" in printed("matching", part, "--every", 10)


def test_matching_costs() -> None:
    assert "each text" in printed("matching", "costs")


@pytest.mark.postgres
def test_matching_speed() -> None:
    output = printed("matching", "speed", 60)
    assert "SQLite" in output
    assert "PostgreSQL" in output


def test_pages() -> None:
    output = printed("pages", "--requests", 2, "--sizes", 2, 4, 6)
    assert "queries at 2/4/6 rows" in output
    assert "MB a web worker" in output


def test_pages_of_the_largest_event() -> None:
    assert "/events/big-20/timetable (headquarters)" in printed("pages", "--largest", 20)


def test_board() -> None:
    output = printed("board", "--meetings", 24, "--requests", 2)
    assert [line.split()[-1] for line in output.splitlines()[1:5]] == ["page", "up", "move", "changes"]


def test_season() -> None:
    said = printed("season", "--meetings", 30, "--weeks", 2)
    assert "season: 30 of 30 meetings in 2 weeks" in said
    assert "again: " in said


def test_reports() -> None:
    output = printed("reports", "--events", 20, "--organisations", 100, "--outcomes", 40)
    assert "/reports?by=region" in output
    assert "report as PDF, ja" in output


@pytest.mark.parametrize("part", ["few", "rules", "scale", "again", "work", "beside"])
def test_scheduling(part: str) -> None:
    output = printed("scheduling", part, "--small")
    assert "checked" in output
    assert "FAULTS" not in output
    assert "ANOTHER PLAN" not in output


def test_scheduling_weight(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event(12, 20, 6, 3, seed=1)))
    output = printed("scheduling_weight", "--time-limit", 1, "--interpreters", 2, "--floors", 1, file)
    assert output.splitlines()[1].startswith("event.json")


def test_scheduling_breaks(tmp_path: Path) -> None:
    instances = tmp_path / "instances"
    instances.mkdir()
    (instances / "day.original.dzn").write_text(TEXT)
    output = printed("scheduling_breaks", tmp_path, "--without-reference", "--time-limit", 10)
    assert output.splitlines()[1].split()[:2] == ["day.original", "2"]
    assert "0 wrong" in output


@pytest.mark.parametrize("option", ["--renumbered", "--derived"])
def test_scheduling_breaks_of_events_made_of_a_file(option: str, tmp_path: Path) -> None:
    instances = tmp_path / "instances"
    instances.mkdir()
    (instances / "day.original.dzn").write_text(TEXT)
    lines = printed("scheduling_breaks", tmp_path, "--without-reference", option, 2).splitlines()
    answers = [line.split()[2] for line in lines if line.startswith("day.original-")]
    assert len(answers) == {"--renumbered": 3, "--derived": 2}[option]
    assert option == "--derived" or len(set(answers)) == 1
    assert lines[-2].startswith("sum of medians")


def test_scheduling_breaks_of_no_files_is_a_fault(tmp_path: Path) -> None:
    done = run("scheduling_breaks", tmp_path)
    assert done.returncode != 0
    assert done.stderr.strip().endswith("nothing was measured")
    assert "wrong" not in done.stdout


def test_sheets() -> None:
    lines = printed("sheets", 400).splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        *(f"{what}{of}" for of in ("", " changed") for what in ("check", "import", "index")),
        "export xlsx",
        "export csv",
    ]
