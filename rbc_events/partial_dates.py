"""Dates as precisely as they are known: a day, a month, or a year."""

import re
from calendar import monthrange
from datetime import date
from enum import StrEnum

from rbc_events import i18n


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def read_partial_date(text: str) -> tuple[date, Precision]:
    """2021-09 is September 2021, day not known.

    Raises:
        ValueError: not of the form YYYY, YYYY-MM or YYYY-MM-DD, or no date of the calendar.

    >>> read_partial_date("2021-09")
    (datetime.date(2021, 9, 1), <Precision.MONTH: 'month'>)
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, day = found.groups()
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return date(int(year), int(month or 1), int(day or 1)), precision


def write_partial_date(value: date, precision: Precision) -> str:
    """The reverse of `read_partial_date`."""
    return value.isoformat()[: {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]]


def show_partial_date(value: date, precision: Precision) -> str:
    """2021年9月 / September 2021: never more than is known."""
    if precision == Precision.DAY:
        return i18n.day(value, style="medium")
    if precision == Precision.MONTH:
        return i18n.month(value)
    return f"{value.year}年" if i18n.language() == "ja" else str(value.year)


def end_of(value: date, precision: Precision) -> date:
    """The last day that a date of this precision may mean.

    >>> end_of(date(2021, 9, 1), Precision.MONTH)
    datetime.date(2021, 9, 30)
    """
    if precision == Precision.DAY:
        return value
    if precision == Precision.YEAR:
        return date(value.year, 12, 31)
    return date(value.year, value.month, monthrange(value.year, value.month)[1])
