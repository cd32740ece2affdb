"""Templates and styles that a person can read."""

from pathlib import Path

from rbc_events.config import STATIC, TEMPLATES

LONGEST = 140


def too_long(paths: list[Path]) -> list[str]:
    return [
        f"{path.name}:{number} has {len(line)} characters"
        for path in sorted(paths)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]


def test_lines_are_short_enough_to_read(tmp_path: Path) -> None:
    ours = [path for path in STATIC.rglob("*.*") if path.suffix in (".css", ".js") and "vendor" not in path.parts]
    assert len(ours) > 5
    assert too_long([*TEMPLATES.rglob("*.*"), *ours]) == []
    planted = tmp_path / "planted.html"
    planted.write_text("<p>\n" + "x" * (LONGEST + 1))
    assert too_long([planted]) == ["planted.html:2 has 141 characters"]
