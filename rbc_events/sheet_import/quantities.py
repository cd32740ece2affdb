"""Numbers, days and times as offices write them: 約50名, 令和9年2月9日(火), 15時00分.

Each reader takes text and gives a value, None for an empty cell, or raises Unusable.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time

from flask_babel import lazy_gettext as _l

from rbc_events.cells import Unusable

ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925, "大正": 1911, "t": 1911}
"""The year before each era's first one."""
ERA = r"(令和|平成|昭和|大正|[rhst])\.?"
NUMBER = re.compile(r"(?:約|およそ)?(\d{1,3}(?:,\d{3})+|\d{1,12})(?:名|人|社|年|分|枠|件|円)?(?:程度|前後)?")
WEEKDAY = re.compile(r"\([^)]*\)|[日月火水木金土]曜日?")
MIDNIGHT = re.compile(r"[t\s]+0?0:00(:00)?$")
DAY = re.compile(rf"(?:{ERA})?\s*(元|\d{{1,4}})[-/.年]\s*(\d{{1,2}})[-/.月]\s*(\d{{1,2}})日?")
CLOCK = re.compile(r"(\d{1,2})(?::(\d\d)(?::00)?|時(?:(\d{1,2})分)?)")
MOMENT = re.compile(r"(.*?)(?:\s+|(?<=\d)t|(?<=[日)])\s*)(\d{1,2}[:時].*)")
ZONE = re.compile(r"\d\d:\d\d.*(?:z|[+-]\d\d:?\d\d)$")
YES = frozenset({"1", "true", "yes", "y", "はい", "有", "あり", "要", "○", "〇", "◯", "✓", "可"})
NO = frozenset({"", "0", "false", "no", "n", "いいえ", "無", "なし", "否", "不要", "×", "-", "不可"})


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def whole_number(least: int, most: int) -> Callable[[str], int | None]:
    """A whole number, also an approximate one, and with a unit."""

    def read(cell: str) -> int | None:
        if not cell:
            return None
        parts = NUMBER.fullmatch(re.sub(r"\s", "", _tidy(cell)))
        number = int(parts[1].replace(",", "")) if parts else least - 1
        if not least <= number <= most:
            raise Unusable(_l("Must be a whole number from %(least)s to %(most)s.", least=least, most=most))
        return number

    return read


def year(least: int, most: int) -> Callable[[str], int | None]:
    """A year, also of a Japanese era: 2001年, 平成13年."""
    number = whole_number(least, most)

    def read(cell: str) -> int | None:
        era = re.fullmatch(ERA + r"(元|\d{1,2})年?", re.sub(r"\s", "", _tidy(cell)))
        return number(str(_year(era[1], era[2])) if era else cell)

    return read


def _year(era: str | None, number: str) -> int:
    """The year that an era's n-th is. Raises ValueError where a year without an era hasn't four digits."""
    if era is None and len(number) != 4:
        raise ValueError(number)
    return (ERAS[era] if era else 0) + (1 if number == "元" else int(number))


def flag(cell: str) -> bool:
    word = _tidy(cell)
    if word not in YES | NO:
        raise Unusable(_l("Must be 1 (yes) or 0 (no)."))
    return word in YES


def day(cell: str) -> date | None:
    """A day, also of a Japanese era, with its weekday, or with the midnight that spreadsheets add."""
    if not cell:
        return None
    text = WEEKDAY.sub("", MIDNIGHT.sub("", _tidy(cell))).strip()
    parts = DAY.fullmatch(text)
    try:
        return date(_year(parts[1], parts[2]), int(parts[3]), int(parts[4])) if parts else date.fromisoformat(text)
    except ValueError:
        raise Unusable(_l("Not a date: write it as 2026-02-09.")) from None


def clock(cell: str) -> time | None:
    if not cell:
        return None
    parts = CLOCK.fullmatch(re.sub(r"\s", "", _tidy(cell)))
    hour, minute = (int(parts[1]), int(parts[2] or parts[3] or 0)) if parts else (24, 0)
    if hour > 23 or minute > 59:
        raise Unusable(_l("Not a time: write it as 09:30."))
    return time(hour, minute)


def local_moment(cell: str) -> datetime | None:
    """A day and a time without a zone: the event's zone is known only when the row is written."""
    text = _tidy(cell)
    if not text:
        return None
    if ZONE.search(text):
        raise Unusable(_l("Write the time as the event's clock shows it, without a zone."))
    parts = MOMENT.fullmatch(text)
    try:
        found, at = day(parts[1] if parts else text), clock(parts[2] if parts else "0:00")
    except Unusable:
        raise Unusable(_l("Not a date and time: write it as 2026-02-09T17:00.")) from None
    return datetime.combine(found, at) if found and at is not None else None
