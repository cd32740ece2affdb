"""The scheduler's pages name modules that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/scheduling*.md"), *ROOT.glob("docs/add-a*.md")])
NAMED = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py)")
OF_THE_BENCHMARK = {"oversubscribed.py", "reference_sat.py"}
"""Files that come with the published benchmark."""


def test_each_module_that_a_page_names_is_there():
    folders = [ROOT / name for name in ("rbc_events", "tests", "benchmarks")]
    there = [path.as_posix() for folder in folders for path in folder.rglob("*.py")]
    named = {(page.name, name) for page in PAGES for name in NAMED.findall(page.read_text(encoding="utf-8"))}

    gone = [
        (page, name)
        for page, name in sorted(named)
        if name not in OF_THE_BENCHMARK and not any(path.endswith(f"/{name}") for path in there)
    ]

    assert len(named) > 30
    assert gone == []
