"""docs/glossary.md is what the texts say: its words are the catalogue's, and none that it forbids stands there."""

import re
from pathlib import Path

import pytest

from rbc_events import translating
from rbc_events.mail.kinds import TEXTS

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?P<first>[^|]+) \| (?P<second>[^|]+) \|", re.M)


def sections() -> dict[str, list[tuple[str, str]]]:
    """The rows of each section's table."""
    parts = re.split(r"^## (.+)$", GLOSSARY.read_text(encoding="utf-8"), flags=re.M)
    return {
        title: [(row["first"].strip(), row["second"].strip()) for row in ROW.finditer(text)][1:]
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def terms() -> list[tuple[str, str]]:
    """English and Japanese, one by one where a row holds several in both languages."""
    found = []
    for title, rows in sections().items():
        if title == "Words that are not used":
            continue
        for english, japanese in rows:
            one, other = re.split(r" / ", english), re.split("／", japanese)
            found += zip(one, other, strict=True) if len(one) == len(other) else [(english, japanese)]
    return found


def forbidden() -> list[str]:
    rows = sections()["Words that are not used"]
    return [word for words, _but in rows for word in words.split(", ")]


def japanese_texts() -> list[tuple[str, str]]:
    """(where, text) of everything in Japanese that the program says."""
    found = []
    for path in sorted(translating.FOLDER.glob("*.po")):
        for message in translating.read(path.stem):
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            found += [(path.name, string) for string in strings if message.id and string]
    return found + [(path.name, path.read_text(encoding="utf-8")) for path in sorted((TEXTS / "ja").glob("*.txt"))]


def uses(text: str, word: str) -> bool:
    """A tilde before a word: not counted where it is a part of 企業・団体, or of 公共団体."""
    pattern = f"(?<!企業・)(?<!公共){word[1:]}" if word.startswith("〜") else re.escape(word)
    return re.search(pattern, text) is not None


@pytest.mark.parametrize("word", forbidden())
def test_no_text_uses_another_word_for_the_thing(word: str) -> None:
    assert [f"{where}: {text}" for where, text in japanese_texts() if uses(text, word)] == []


def test_a_term_that_stands_alone_is_called_what_the_glossary_calls_it() -> None:
    catalogue = {
        str(message.id).casefold(): str(message.string)
        for path in translating.FOLDER.glob("*.po")
        for message in translating.read(path.stem)
        if message.id and not message.context
    }
    wrong = []
    for english, japanese in terms():
        said = catalogue.get(english.casefold())
        if said is not None and said not in japanese and japanese not in said:
            wrong.append(f"{english}: {said}, in the glossary {japanese}")
    assert wrong == []


def test_the_check_finds_a_word_that_is_planted() -> None:
    assert uses("この組織は", "組織")
    assert uses("この団体は", "〜団体")
    assert not uses("この企業・団体は", "〜団体")


def test_each_term_stands_once() -> None:
    english = [term for term, _japanese in terms()]
    assert sorted({term for term in english if english.count(term) > 1}) == []
