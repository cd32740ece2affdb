"""The time at which tests take place, on whatever day they are run: before the events of tests/factories.py."""

import os
from datetime import UTC, datetime, timedelta, tzinfo

BEGINS = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
# Processes that tests start with this clock count from the same moment.
SHIFT = os.environ.setdefault("TESTS_CLOCK_SHIFT", str((BEGINS - datetime.now(UTC)).total_seconds()))


class Clock(datetime):
    """Goes as the machine's does, from BEGINS on."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(seconds=float(SHIFT))
