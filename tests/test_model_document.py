"""docs/model.md names every table."""

import re
from pathlib import Path
from typing import Any

from rbc_events.database import db

DOCUMENT = Path(__file__).parent.parent / "docs" / "model.md"


def test_every_table_is_drawn_and_nothing_else(app: Any) -> None:
    drawings = "\n".join(re.findall(r"```mermaid\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL))
    related = re.findall(r"^ {4}(\w+) \S+ (\w+) :", drawings, re.MULTILINE)
    named = {name for pair in related for name in pair} | set(re.findall(r"^ {4}(\w+) {$", drawings, re.MULTILINE))
    assert named == set(db.metadata.tables)
