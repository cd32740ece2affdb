"""No text is missing in Japanese."""

import re
from pathlib import Path

import pytest

from rbc_events import translating

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.slow
def test_every_text_has_a_japanese_one() -> None:
    assert translating.untranslated() == []


def test_placeholders_agree() -> None:
    wrong = []
    for path in sorted(translating.FOLDER.glob("*.po")):
        for message in translating.read(path.stem):
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            wanted = set(PLACEHOLDER.findall(ids[-1]))
            wrong += [message.id for string in strings if string and set(PLACEHOLDER.findall(string)) != wanted]
    assert wrong == []


def clashes() -> dict[str, dict[str, str]]:
    """English texts with more than one Japanese, by feature: they share one catalogue, so the last would win."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for path in sorted(translating.FOLDER.glob("*.po")):
        for message in translating.read(path.stem):
            english, japanese = (text if isinstance(text, str) else text[0] for text in (message.id, message.string))
            if english and japanese:
                found.setdefault((message.context, english), {})[path.stem] = japanese
    return {english: words for (_context, english), words in found.items() if len(set(words.values())) > 1}


def test_the_same_english_has_the_same_japanese_in_every_feature() -> None:
    assert clashes() == {}, "reword one of the English texts, or agree on one Japanese (docs/glossary.md)"


def test_a_planted_clash_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "events.po").write_text('msgid "Held"\nmsgstr "開催方法"\n', encoding="utf-8")
    (tmp_path / "reports.po").write_text('msgid "Held"\nmsgstr "実施済み"\n', encoding="utf-8")
    monkeypatch.setattr(translating, "FOLDER", tmp_path)
    assert clashes() == {"Held": {"events": "開催方法", "reports": "実施済み"}}


@pytest.mark.slow
def test_a_planted_text_is_found(monkeypatch: object, tmp_path: object) -> None:
    texts = translating.collect()
    assert texts["shell"].get("Skip to the content") is not None
