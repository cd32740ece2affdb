"""How the cells of an imported sheet become values. Each reader takes text and gives a value, or raises Unusable.

An empty cell is None for single values, "" for texts and [] for lists.
"""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from rbc_events.zones import ZONES

E = TypeVar("E", bound=StrEnum)
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)) - {
    "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ",
    "AC", "CP", "CQ", "DG", "EA", "IC", "TA",  # reserved by ISO 3166-1 for parts of countries
}  # fmt: skip
LANGUAGE_CODES = frozenset(code for code in map(str, Locale("en").languages) if re.fullmatch("[a-z]{2,3}", code))
# The last two ranges turn the direction of what follows: Arabic and Hebrew need none of them, only impostors do.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_ADDRESS_IN_NAME = re.compile(r"://|\bhttps?\b|\bwww[.．。]|@|\b(mailto|tel):", re.IGNORECASE)


class Unusable(ValueError):
    def __init__(self, message: Any) -> None:
        super().__init__()
        self.message = message


def text(longest: int = 200, *, lines: bool = False) -> Callable[[str], str]:
    """Text up to `longest` characters; line breaks only if `lines`; never control characters."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise Unusable(_l("Longer than %(count)s characters.", count=longest))
        if CONTROL.search(cell) or (not lines and "\n" in cell):
            raise Unusable(_l("Contains line breaks or control characters."))
        return cell

    return read


def person_name(cell: str) -> str:
    """A part of somebody's name. A name is read out in mails to others: an address in it would be their link."""
    if _ADDRESS_IN_NAME.search(text(100)(cell)):
        raise Unusable(_l("A name can't contain a web or mail address."))
    return cell


def organisation_name(cell: str) -> str:
    """The name of an organisation. Some are called like a domain; none is called like a whole address."""
    if "://" in text()(cell):
        raise Unusable(_l("A name can't contain a web or mail address."))
    return cell


def items(longest: int = 500) -> Callable[[str], list[str]]:
    """A cell with one item a line."""
    read_text = text(longest * 20, lines=True)

    def read(cell: str) -> list[str]:
        found = [line.strip() for line in read_text(cell).split("\n")]
        if any(len(line) > longest for line in found):
            raise Unusable(_l("An item is longer than %(count)s characters.", count=longest))
        return found if cell else []

    return read


def one_of(kind: type[E]) -> Callable[[str], E | None]:
    def read(cell: str) -> E | None:
        if not cell:
            return None
        try:
            return kind(cell)
        except ValueError:
            raise Unusable(_not_among([member.value for member in kind])) from None

    return read


def some_of(known: Collection[str]) -> Callable[[str], list[str]]:
    """A list separated by semicolons."""

    def read(cell: str) -> list[str]:
        found = split(cell)
        wrong = [item for item in found if item not in known]
        if wrong:
            raise Unusable(_l("“%(item)s” is not known.", item=wrong[0][:50]))
        return found

    return read


def split(cell: str) -> list[str]:
    return list(dict.fromkeys(item.strip() for item in re.split("[;；]", cell) if item.strip()))


def _not_among(values: Collection[str]) -> Any:
    return _l("Must be one of: %(values)s.", values=", ".join(values))


def whole_number(least: int, most: int) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not cell:
            return None
        digits = cell.replace(",", "")
        if not digits.isascii() or not digits.isdigit() or len(digits) > 12 or not least <= int(digits) <= most:
            raise Unusable(_l("Must be a whole number from %(least)s to %(most)s.", least=least, most=most))
        return int(digits)

    return read


def flag(cell: str) -> bool:
    if cell.lower() not in {"", "0", "1", "true", "false", "yes", "no", "はい", "いいえ"}:
        raise Unusable(_l("Must be 1 (yes) or 0 (no)."))
    return cell.lower() in {"1", "true", "yes", "はい"}


def day(cell: str) -> date | None:
    if not cell:
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", cell)
    try:
        return date(*(int(part) for part in parts.groups())) if parts else date.fromisoformat(cell)
    except ValueError:
        raise Unusable(_l("Not a date: write it as 2026-02-09.")) from None


def local_moment(cell: str) -> datetime | None:
    """A day and a time without a zone: the event's zone is known only when the row is written."""
    if not cell:
        return None
    try:
        moment = datetime.fromisoformat(cell.replace("/", "-"))
    except ValueError:
        raise Unusable(_l("Not a date and time: write it as 2026-02-09T17:00.")) from None
    if moment.tzinfo is not None:
        raise Unusable(_l("Write the time as the event's clock shows it, without a zone."))
    return moment


def clock(cell: str) -> time | None:
    if not cell:
        return None
    parts = re.fullmatch(r"(\d{1,2}):(\d\d)(?::00)?", cell)
    if not parts or int(parts[1]) > 23 or int(parts[2]) > 59:
        raise Unusable(_l("Not a time: write it as 09:30."))
    return time(int(parts[1]), int(parts[2]))


def country(cell: str) -> str:
    if cell and cell.upper() not in COUNTRIES:
        raise Unusable(_l("Not a country code of ISO 3166-1, such as FR."))
    return cell.upper()


def time_zone(cell: str) -> str:
    if cell and cell not in ZONES:
        raise Unusable(_l("Not a time zone, such as Asia/Tokyo."))
    return cell


def email(cell: str) -> str:
    if not cell:
        return ""
    try:
        return validate_email(cell, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise Unusable(_l("Not a valid e-mail address.")) from None


def web_address(cell: str) -> str:
    if not cell:
        return ""
    try:
        parts = urlsplit(cell)
        good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not re.search(r"[\s<>\"]", cell)
    except ValueError:
        good = False
    if not good or len(cell) > 500:
        raise Unusable(_l("Not a web address: it begins with https:// or http://."))
    return cell


def key(cell: str) -> str:
    if cell and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", cell):
        raise Unusable(_l("Only small letters, digits and hyphens."))
    return cell


def region_code(cell: str) -> str | None:
    """Six digits; Excel drops a leading zero when the cell isn't formatted as text."""
    if not cell:
        return None
    code = cell.zfill(6) if re.fullmatch(r"\d{5,6}", cell, re.ASCII) else ""
    if not code or region_check_digit(code[:5]) != code[5]:
        raise Unusable(_l("Not a code of a prefecture or municipality (6 digits with check digit)."))
    return code


def region_codes(cell: str) -> list[str]:
    return [code for item in split(cell) if (code := region_code(item))]


def region_check_digit(digits: str) -> str:
    """The sixth digit of a municipality code (weights 6 to 2, modulo 11).

    >>> region_check_digit("04100"), region_check_digit("12217")
    ('9', '3')
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)
