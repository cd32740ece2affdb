"""Japan's corporate number (法人番号): 13 digits, the first of which checks the other twelve."""

import re
import unicodedata


def tidy_corporate_number(text: str) -> str:
    """The digits alone: full-width ones narrowed, blanks and hyphens dropped."""
    return re.sub(r"[\s\-‐－ー]", "", unicodedata.normalize("NFKC", text))


def is_corporate_number(number: str) -> bool:
    """Whether the check digit is right: 9 - (sum of Pn x Qn mod 9), n from the right, Q = 1 for odd n, 2 for even.

    National Tax Agency, https://www.houjin-bangou.nta.go.jp/documents/checkdigit.pdf

    >>> is_corporate_number("2010405003693"), is_corporate_number("1010405003693")
    (True, False)
    """
    if not re.fullmatch(r"\d{13}", number, re.ASCII):
        return False
    total = sum(int(digit) * (2 if n % 2 == 0 else 1) for n, digit in enumerate(reversed(number[1:]), start=1))
    return int(number[0]) == 9 - total % 9
