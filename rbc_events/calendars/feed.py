"""Calendars to subscribe to, and files to download: PUBLISH (RFC 5546, 3.2.1) with a name and a reading interval."""

from collections.abc import Iterable
from datetime import timedelta

from rbc_events.calendars.content import clean_line, text_line
from rbc_events.calendars.entry import Entry, calendar

REFRESH = timedelta(hours=1)  # what we ask for; Google reads every 8-24 hours whatever it is asked


def publish(entries: Iterable[Entry], *, name: str, language: str = "en", zone: str | None = None) -> bytes:
    """The calendar of that name. No attendee is written, whoever the entries are for.

    The name stands twice: NAME is RFC 7986, X-WR-CALNAME is what Google, Apple and Outlook read.
    """
    interval = f"PT{int(REFRESH.total_seconds() // 60)}M"
    heading = [
        text_line("NAME", clean_line(name), f";LANGUAGE={language}"),
        text_line("X-WR-CALNAME", clean_line(name)),
        f"REFRESH-INTERVAL;VALUE=DURATION:{interval}\r\n".encode(),
        f"X-PUBLISHED-TTL:{interval}\r\n".encode(),
    ]
    if zone:
        heading.append(text_line("X-WR-TIMEZONE", zone))
    return calendar("PUBLISH", entries, heading)
