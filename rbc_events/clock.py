"""The one place that asks the computer what time it is. Operations take the time as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
