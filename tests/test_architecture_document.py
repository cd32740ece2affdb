"""docs/architecture.md names files that are there, and things in them that are there."""

import re
from pathlib import Path

from rbc_events.config import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
OUTSIDE = ("docs", "templates", "tests")
FEATURE_FILES = {"access.py", "blueprint.py", "routes.py", "routes"}  # "the feature's …"


def ten_changes() -> list[str]:
    section = DOCUMENT.read_text(encoding="utf-8").split("## Ten changes")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


def place(name: str) -> Path:
    return ROOT / name if name.split("/")[0] in OUTSIDE else ROOT / "rbc_events" / name


def paths_in(line: str) -> list[str]:
    named = re.findall(r"`([\w./<>-]+)`", line)
    return [name for name in named if ("/" in name or name.endswith(".py")) and "<" not in name]


def test_the_ten_changes_name_files_that_are_there() -> None:
    rows = ten_changes()
    assert len(rows) == 10
    for row in rows:
        names = paths_in(row)
        assert names, row
        missing = [name for name in names if name not in FEATURE_FILES and not place(name).exists()]
        assert missing == [], row
    assert not place("registration/nothing.py").exists()


def test_the_names_in_them_are_in_those_files() -> None:
    for name, path in (
        ("PROFILE_TEXTS", "registration/labels.py"),
        ("BothLanguages", "registration/models/organisations.py"),
        ("LEVELS", "accounts/access.py"),
        ('name="scope"', "accounts/models.py"),
        ("def least_parties", "outcomes/operations.py"),
        ("def write_notices", "mail/operations.py"),
        ("def wakes", "jobs.py"),
    ):
        assert name in place(path).read_text(encoding="utf-8"), f"{name} is not in {path}"
