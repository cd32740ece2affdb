"""Which of a kind's columns each column of a file is, by what stands in its header."""

from collections.abc import Iterable, Mapping, Sequence

from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.sheet_import.kind import Column, Importer
from rbc_events.sheets import plain_words


def own_names(column: Column) -> list[str]:
    """The column's name and its titles."""
    names = [column.name]
    for code in LANGUAGES:
        with in_language(code):
            names.append(str(column.label))
    return names


def header_words(importer: Importer) -> dict[str, list[str]]:
    """What each column is called, as `plain_words` gives it: its name, its title in either language, and what offices
    call it; with the columns that are called so, the likelier first."""
    found: dict[str, list[str]] = {}
    for column in importer.columns:
        for word in dict.fromkeys(map(plain_words, (*own_names(column), *column.also))):
            found.setdefault(word, []).append(column.name)
    return found


def guess_columns(
    importer: Importer, names: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[str, str]:
    """For each of a file's columns the kind's that it seems to be, or "". `remembered`: what somebody of the
    same office chose for these words before."""
    known, used = header_words(importer), set[str]()
    chosen = {}
    for name in names:
        words = [plain_words(name), *(plain_words(part) for part in _ends(name))]
        targets = [target for word in words[:1] if (target := (remembered or {}).get(word))]
        targets += [target for word in words for target in known.get(word, ())]
        free = (target for target in targets if target not in used and importer.column(target) is not None)
        chosen[name] = next(free, "")
        column = importer.column(chosen[name]) if chosen[name] else None
        if column is not None and not column.joins:
            used.add(column.name)
    return chosen


def _ends(name: str) -> Iterable[str]:
    """What is left of a header of two rows without what stands above: 連絡先 E-mail, E-mail."""
    words = name.split(" ")
    return (" ".join(words[first:]) for first in range(1, len(words)))


def same_as_usual(importer: Importer, chosen: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """What most likely holds for all rows: a list with Japanese headers that names no country is of Japanese ones."""
    column = importer.column("country")
    japanese = sum(not name.isascii() for name in names) * 2 > len(names)
    return {"country": "JP"} if column is not None and "country" not in chosen.values() and japanese else {}
