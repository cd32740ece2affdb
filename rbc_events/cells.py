"""What is typed into a field or a sheet's cell, made a value. Each reader takes text and gives a value, or raises
Unusable. An empty text is "" for texts and [] for lists.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

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


def email(cell: str) -> str:
    if not cell:
        return ""
    try:
        # Full-width letters are what an input method leaves; other letters before the @ no server of ours can send to.
        return _valid_email(unicodedata.normalize("NFKC", cell), allow_smtputf8=False)
    except EmailNotValidError:
        pass
    try:
        _valid_email(cell, allow_smtputf8=True)
    except EmailNotValidError:
        raise Unusable(_l("Not a valid e-mail address.")) from None
    raise Unusable(_l("No mail reaches this address: only Latin letters may stand before the @."))


def _valid_email(cell: str, *, allow_smtputf8: bool) -> str:
    found = validate_email(cell, check_deliverability=False, test_environment=True, allow_smtputf8=allow_smtputf8)
    return found.normalized.lower()


def with_scheme(cell: str) -> str:
    """As people write the address of a website, www.mihon.example, with the scheme that it goes by."""
    return f"https://{cell}" if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#]|$)", cell) else cell


def web_address(cell: str) -> str:
    cell = with_scheme(cell)
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


def region_check_digit(digits: str) -> str:
    """The sixth digit of a municipality code (weights 6 to 2, modulo 11).

    >>> region_check_digit("04100"), region_check_digit("12217")
    ('9', '3')
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)
