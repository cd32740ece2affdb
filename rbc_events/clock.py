"""The one place that asks the computer what time it is (operations take the time as an argument), and reads times as
addresses and scripts write them."""

from datetime import UTC, date, datetime


def now() -> datetime:
    return datetime.now(UTC)


def read_date(text: str) -> date | None:
    """A day as 2027-02-09; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """A time with its offset, as 2027-02-09T01:00+00:00; None where it is none, or leaves open whose clock is meant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
