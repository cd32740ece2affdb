"""docs/import.md lists every kind and every column as the code has them."""

from pathlib import Path

from rbc_events.sheet_import.registry import IMPORTERS

DOCUMENT = Path(__file__).parent.parent / "docs" / "import.md"


def line(importer) -> str:
    columns = " ".join(f"**{column.name}**" if column.required else column.name for column in importer.columns)
    return f"| {importer.kind} | {' '.join(importer.key)} | {columns} |"


def test_every_kind_and_column_is_documented():
    text = DOCUMENT.read_text(encoding="utf-8")
    for importer in IMPORTERS:
        assert line(importer) in text, f"docs/import.md should say:\n{line(importer)}"
