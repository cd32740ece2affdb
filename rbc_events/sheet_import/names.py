"""A person's whole name in one cell, split into family and given name. What can't be split with certainty is noted as
doubtful: somebody looks at it before anything is written."""

import re
import unicodedata

from flask_babel import lazy_gettext as _l

from rbc_events import cells
from rbc_events.sheet_import.kind import Noted

NOBODY = frozenset({"未定", "未確定", "調整中", "なし", "無し", "tbd", "tba", "n/a", "-", "－", "―", "ー", "—"})
HONORIFICS = re.compile(r"(様|氏|先生|殿|さん)$|^(mr|ms|mrs|dr|prof)\.?\s+", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[(（]([^)）]*)[)）]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
SEVERAL = re.compile(r"[・、,／/&＆]|\band\b")
Parts = dict[str, str]


def full_name(cell: str) -> Noted | Parts:
    """The parts that a cell holds: family_kanji and given_kanji of a name in Japanese letters, family_latin and
    given_latin of one in Latin letters, also where it stands in brackets behind the other."""
    text = _tidy(cell)
    if not text or text.casefold() in NOBODY:
        return {}
    bracketed = [inner.strip() for inner in IN_BRACKETS.findall(text) if LATIN.search(inner)]
    main = IN_BRACKETS.sub(" ", text).strip()
    parts, sure = _split(main)
    if bracketed:
        parts |= _split(bracketed[0])[0]
    return _noted(cell, parts, sure)


def full_kana(cell: str) -> Noted | Parts:
    """family_kana and given_kana."""
    words = _tidy(unicodedata.normalize("NFKC", cell)).split()
    if not words or words[0].casefold() in NOBODY:
        return {}
    parts = {"family_kana": words[0], "given_kana": " ".join(words[1:])}
    return _noted(cell, parts, sure=len(words) == 2)


def _tidy(cell: str) -> str:
    return HONORIFICS.sub("", " ".join(cells.text(200)(" ".join(cell.split())).split()))


def _split(name: str) -> tuple[Parts, bool]:
    """A name's parts, and whether there is no doubt: one of two words that isn't two people's."""
    if LATIN.search(name):
        family, given = _split_latin(name)
        return {"family_latin": family, "given_latin": given}, bool(given) and not SEVERAL.search(name.replace(",", ""))
    words = name.split()
    parts = {"family_kanji": words[0] if words else "", "given_kanji": " ".join(words[1:])}
    return parts, len(words) == 2 and not SEVERAL.search(name)


def _split_latin(name: str) -> tuple[str, str]:
    """Family and given name: before a comma, or all in capitals, else the last word, is the family."""
    family, comma, given = name.partition(",")
    if comma:
        return family.strip(), given.strip()
    words = name.split()
    loud = [word for word in words if len(word) > 1 and word.isupper()]
    if loud and len(loud) < len(words):
        return " ".join(loud), " ".join(word for word in words if word not in loud)
    return words[-1], " ".join(words[:-1])


def _noted(cell: str, parts: Parts, sure: bool) -> Noted:
    for part in parts.values():
        cells.person_name(part)
    family = " / ".join(value for name, value in parts.items() if name.startswith("family") and value)
    given = " / ".join(value for name, value in parts.items() if name.startswith("given") and value)
    if given:
        told = _l("“%(cell)s”: family name %(family)s, given name %(given)s", cell=cell, family=family, given=given)
    else:
        told = _l("“%(cell)s”: all of it as the family name", cell=cell)
    return Noted(parts, told, not sure)
