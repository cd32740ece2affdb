"""The scoreboard names tests that are there, and has a line for each thing that it is to measure."""

import importlib.util
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.scoreboard import __main__ as runner
from tests.scoreboard.lines import LINES, Line
from tests.source import tree

ROOT = Path(__file__).parent.parent.parent


def test_there_are_twenty_six_lines_and_each_is_shown_by_something() -> None:
    assert [line.number for line in LINES] == list(range(1, 27))
    assert [line.number for line in LINES if not line.tests and not line.command] == []


@pytest.mark.parametrize("address", sorted({each for line in LINES for each in (*line.tests, *line.controls)}))
def test_what_a_line_names_is_there(address: str) -> None:
    file, _colons, function = address.partition("::")
    names = {getattr(node, "name", "") for node in tree(ROOT / file).body}
    assert function.partition("[")[0] in names or not function


@pytest.mark.slow
def test_every_case_that_a_line_names_is_collected() -> None:
    named = {each for line in LINES for each in (*line.tests, *line.controls) if each.endswith("]")}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *sorted(named)]
    assert subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=300).returncode == 0


def test_commands_of_lines_are_there() -> None:
    assert [line.command for line in LINES if line.command and not importlib.util.find_spec(line.command[0])] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "reached", "figure"),
    [
        ("record_property('figure', '0 of 7')", True, "0 of 7"),
        ("pass", True, "1 test passes"),
        ("assert 1 == 2", False, "1 of 1 tests fails"),
        ("__import__('pytest').skip('no such program')", False, "not run: no such program"),
    ],
)
def test_a_line_says_what_its_tests_said(tmp_path: Path, body: str, reached: bool, figure: str) -> None:
    test = tmp_path / "test_planted.py"
    test.write_text(textwrap.dedent(f"def test_planted(record_property):\n    {body}\n"), encoding="utf-8")
    result = runner.measure(Line(1, "planted", "0", (str(test),)))
    assert (result.reached, result.figure) == (reached, figure)


def test_a_command_that_fails_is_a_line_not_reached() -> None:
    planted = Line(1, "planted", "0", command=("no_such_module",))
    assert not runner.measure(planted).reached


@pytest.mark.slow
def test_the_runner_tells_by_its_status_whether_all_is_reached(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.scoreboard", "9", "--small", "--into", str(tmp_path / "board.md")]
    assert subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=300).returncode == 0
    board = (tmp_path / "board.md").read_text(encoding="utf-8")
    assert re.search(r"^\| 9 \| import fault \|.*\| yes \|", board, re.MULTILINE)
    assert len(re.findall(r"^\| \d+ \|.*\| not measured yet \|", board, re.MULTILINE)) == len(LINES) - 1
