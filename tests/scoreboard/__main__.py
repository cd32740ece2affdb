"""Measures the lines of the scoreboard and writes them down.

    python -m tests.scoreboard [--small] [--into docs/scoreboard.md] [NUMBER …]

Numbers measure these lines alone; the others stay in the document as they were measured before.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.scoreboard.lines import LINES, Line

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = ROOT / "docs" / "scoreboard.md"
HEAD = """\
# Scoreboard

What the project measures its reliability and security by, at full size. Written by `make scoreboard`
([lines](../tests/scoreboard/lines.py)); the same tests run at a small size within `make test`. A control takes the
guard off, or plants a fault, and has to find it. "Seconds" is how long the measurement took, beside whatever else ran
on the machine then.

| # | test | goal | reached | figure | control | measured | seconds |
|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Result:
    reached: bool
    figure: str
    control: str = "–"


def measure(line: Line, *, small: bool = False) -> Result:
    environment = {**os.environ, **({} if small else line.size)}
    reached, figures = True, []
    if line.tests:
        reached, figure = _by_pytest(line.tests, environment)
        figures.append(figure)
    if line.command and not (small and line.tests):
        done = subprocess.run(
            [sys.executable, "-m", *line.command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        reached = reached and done.returncode == 0
        figures.append("; ".join(re.sub(r"\s+", " ", row).strip() for row in done.stdout.strip().splitlines()))
    control = "–"
    if line.controls:
        found, _words = _by_pytest(line.controls, {**os.environ})
        reached, control = reached and found, "finds it" if found else "**finds nothing**"
    return Result(reached, "; ".join(each for each in figures if each), control)


def _by_pytest(addresses: tuple[str, ...], environment: dict[str, str]) -> tuple[bool, str]:
    """Whether all of them passed, and what they told: their own figures, else how many there were."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junitxml={report}"]
        command = [sys.executable, "-m", "pytest", *options, *addresses]
        subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr)
        if not report.exists():
            return False, "could not be run"
        cases = list(ET.parse(report).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    if failed or not cases:
        return False, f"{len(failed)} of {len(cases)} tests {'fails' if len(failed) == 1 else 'fail'}"
    if len(skipped) == len(cases):
        found = skipped[0].find("skipped")
        return False, f"not run: {found.get('message') if found is not None else ''}"
    told = [each.get("value", "") for case in cases for each in case.iter("property") if each.get("name") == "figure"]
    passed = len(cases) - len(skipped)
    words = f"{passed} {'test passes' if passed == 1 else 'tests pass'}" + (
        f", {len(skipped)} not run" if skipped else ""
    )
    return True, "; ".join([*dict.fromkeys(told)] or [words])


def row_of(line: Line, result: Result, seconds: float) -> str:
    cells = [line.about, line.goal, "yes" if result.reached else "**no**", result.figure, result.control]
    day = datetime.now(UTC).date().isoformat()
    return f"| {line.number} | {' | '.join(each.replace('|', '/') for each in cells)} | {day} | {seconds:.0f} |"


def rows_in(document: Path) -> dict[int, str]:
    """The lines of a document by their numbers."""
    text = document.read_text(encoding="utf-8") if document.exists() else ""
    return {int(row.split("|")[1]): row for row in text.splitlines() if re.match(r"\| \d+ \|", row)}


def write(document: Path, rows: dict[int, str]) -> None:
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    machine = (
        f"{cores} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    missing = {
        line.number: f"| {line.number} | {line.about} | {line.goal} | not measured yet | – | – | – | – |"
        for line in LINES
    }
    body = HEAD + "\n".join(row for _number, row in sorted((missing | rows).items()))
    document.write_text(f"{body}\n\nMachine of the last run: {machine}.\n", encoding="utf-8")


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", type=int, nargs="*")
    parser.add_argument("--small", action="store_true", help="as make test does")
    parser.add_argument("--into", type=Path, default=DOCUMENT)
    asked = parser.parse_args()
    good = True
    for line in LINES:
        if asked.numbers and line.number not in asked.numbers:
            continue
        began = time.monotonic()
        result = measure(line, small=asked.small)
        row = row_of(line, result, time.monotonic() - began)
        print(row, flush=True)
        write(asked.into, rows_in(asked.into) | {line.number: row})
        good = good and result.reached
    return good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
