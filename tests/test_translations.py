"""No text is missing in Japanese."""

import re

from rbc_events import translating

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


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


def test_a_planted_text_is_found(monkeypatch: object, tmp_path: object) -> None:
    texts = translating.collect()
    assert texts["shell"].get("Skip to the content") is not None
