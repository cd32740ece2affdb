"""Cells as offices write them: words or codes for choices, several kinds of commas, addresses as they are pasted.

Each reader takes text and gives a value, or raises Unusable. An empty cell is None for single values and [] for lists.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from babel import Locale
from babel.core import get_global
from flask_babel import lazy_gettext as _l

from rbc_events import cells
from rbc_events.cells import COUNTRIES, LANGUAGE_CODES, Unusable
from rbc_events.i18n import LANGUAGES, ZONES, country_name, in_language
from rbc_events.sheet_import.kind import Noted

E = TypeVar("E", bound=StrEnum)
SEPARATORS = re.compile("[;；、,，\n]")


def plain(text: str) -> str:
    """Words without width, case, blanks and signs.

    >>> plain("Ｆｏｒｅｉｇｎ company"), plain(" 地域企業 ")
    ('foreigncompany', '地域企業')
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


class OneOf(Generic[E]):
    """Reads a choice by its code, by the pages' word for it in either language, or by a word that offices use."""

    def __init__(self, kind: type[E], labels: Mapping[E, Any], also: Mapping[str, E] | None = None) -> None:
        self.kind = kind
        self.labels = labels
        self.also = also or {}
        self._known: dict[str, E] = {}

    def __call__(self, cell: str) -> E | None:
        if not cell:
            return None
        try:
            return self.kind(cell)
        except ValueError:
            pass
        found = self.words().get(plain(cell))
        if found is None:
            raise Unusable(_l("Must be one of: %(values)s.", values=", ".join(member.value for member in self.kind)))
        return found

    def words(self) -> Mapping[str, E]:
        if not self._known:
            self._known = {plain(member.value): member for member in self.kind}
            self._known |= {word: member for member in self.labels for word in _in_each_language(self.labels[member])}
            self._known |= {plain(word): member for word, member in self.also.items()}
        return self._known


class SomeOf:
    """Reads a list of choices, each as `OneOf` does."""

    def __init__(self, labels: Mapping[str, Any]) -> None:
        self.labels = labels
        self._known: dict[str, str] = {}

    def __call__(self, cell: str) -> list[str]:
        if cell in self.labels:
            return [cell]
        if not self._known:
            self._known = {plain(code): code for code in self.labels}
            self._known |= {word: code for code, label in self.labels.items() for word in _in_each_language(label)}
        whole = self._known.get(plain(cell)) if cell else None  # a word may have a comma of its own
        return [whole] if whole else list(dict.fromkeys(self._one(item) for item in split(cell)))

    def _one(self, item: str) -> str:
        found = self._known.get(plain(item))
        if found is None:
            raise Unusable(_l("“%(item)s” is not known.", item=item[:50]))
        return found


def _in_each_language(label: Any) -> Iterable[str]:
    for code in LANGUAGES:
        with in_language(code):
            yield plain(str(label))


def one_of(kind: type[E], labels: Mapping[E, Any] | None = None, also: Mapping[str, E] | None = None) -> OneOf[E]:
    return OneOf(kind, {member: labels[member] for member in kind} if labels else {}, also)


def some_of(labels: Mapping[str, Any]) -> SomeOf:
    return SomeOf(labels)


def split(cell: str) -> list[str]:
    return list(dict.fromkeys(item.strip() for item in SEPARATORS.split(cell) if item.strip()))


def country(cell: str) -> str:
    """A country by its code of two or three letters, or by its name in either language."""
    if not cell or cell.upper() in COUNTRIES:
        return cell.upper()
    code = _countries().get(plain(cell), "")
    if not code:
        raise Unusable(_l("Not a country, such as FR, France or フランス."))
    return code


@cache
def _countries() -> Mapping[str, str]:
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    found = {
        plain(old): new[0] for old, new in aliases.items() if len(old) == 3 and len(new) == 1 and new[0] in COUNTRIES
    }
    for language in LANGUAGES:
        names = Locale(language).territories
        found |= {plain(names[code]): code for code in COUNTRIES}
        with in_language(language):
            found |= {plain(country_name(code)): code for code in COUNTRIES}
    return found | {
        "usa": "US",
        "米国": "US",
        "英国": "GB",
        "uk": "GB",
        "独": "DE",
        "仏": "FR",
        "日本国": "JP",
        "korea": "KR",
    }


def language(cell: str) -> str:
    """Japanese or English, for mails."""
    word = {"": "", "ja": "ja", "en": "en", "japanese": "ja", "english": "en", "日本語": "ja", "英語": "en", "日": "ja"}
    found = word.get(plain(cell))
    if found is None:
        raise Unusable(_l("Must be one of: %(values)s.", values="ja, en"))
    return found


def languages(cell: str) -> list[str]:
    """Languages by their code of ISO 639, or by name in either language."""
    return list(dict.fromkeys(_language_code(item) for item in split(cell)))


def _language_code(item: str) -> str:
    code = item if item in LANGUAGE_CODES else _language_names().get(plain(item), "")
    if not code:
        raise Unusable(_l("“%(item)s” is not known.", item=item[:50]))
    return code


@cache
def _language_names() -> Mapping[str, str]:
    return {
        plain(Locale(own).languages[code]): code
        for own in LANGUAGES
        for code in LANGUAGE_CODES
        if code in Locale(own).languages
    }


def time_zone(cell: str) -> str:
    if cell and cell not in ZONES:
        raise Unusable(_l("Not a time zone, such as Asia/Tokyo."))
    return cell


def email(cell: str) -> str | Noted:
    """An address as people paste it: full width, with a name or mailto: before it. Of several the first is taken."""
    text = unicodedata.normalize("NFKC", cell).strip()
    several = [part.strip() for part in re.split(r"[;、,\n/]", text) if part.strip()]
    if len(several) > 1 and all("@" in part for part in several):
        told = _l("“%(cell)s”: the first of these addresses is taken.", cell=" ".join(cell.split()))
        return Noted(_one_address(several[0]), told, doubtful=True)
    return _one_address(text)


def _one_address(text: str) -> str:
    text = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
    return cells.email(parseaddr(text)[1] or text if "<" in text else text)


def web_address(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).strip()
    return cells.web_address(f"https://{text}" if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text) else text)


def key(cell: str) -> str:
    """A key of ours: of an event, a sector, a programme."""
    if cell and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", cell):
        raise Unusable(_l("Only small letters, digits and hyphens."))
    return cell


def external_key(cell: str) -> str:
    """What somebody else numbers by: №1, A-001, ①."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not re.fullmatch(r"[\w.#/№:-]{0,80}", text):
        raise Unusable(_l("At most 80 letters, digits and signs without blanks."))
    return text


def region(cell: str) -> str | None:
    """A prefecture or municipality by its six digits (a leading zero that Excel dropped is put back), or by name, which
    is looked up when the row is written."""
    if not cell:
        return None
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text.isdigit():
        return cells.text(100)(text)
    code = text.zfill(6) if len(text) in (5, 6) else ""
    if not code or cells.region_check_digit(code[:5]) != code[5]:
        raise Unusable(_l("Not a code of a prefecture or municipality (6 digits with check digit)."))
    return code


def regions(cell: str) -> list[str]:
    return [found for item in split(cell) if (found := region(item))]
