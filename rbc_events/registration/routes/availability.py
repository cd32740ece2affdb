"""The times that suit an organisation, out of its calendar."""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from rbc_events import confined, limits
from rbc_events.application import settings
from rbc_events.calendars.busy import MOST_BYTES, BusyTimes, NotACalendar, Unread, busy_times
from rbc_events.database import ahead_of_writing, db
from rbc_events.errors import Unacceptable
from rbc_events.registration import operations
from rbc_events.registration.access import load_changeable
from rbc_events.registration.routes.steps import SECTIONS, render_step
from rbc_events.sent_files import content_of

NAMED = 5
# Reading takes some two seconds a megabyte: a small calendar gets little time, the largest (2 MB) enough.
SECONDS, SECONDS_A_MEGABYTE = 2.0, 4.0


class CalendarTooLarge(Unacceptable):
    message = _l("The calendar file is too large: it may have 2 MB. Please export only the weeks of the event.")


class _Asked(NamedTuple):
    """What the calendar is asked for."""

    first: datetime
    last: datetime
    zone: ZoneInfo
    owners: tuple[str, ...]


def busy_from_calendar(number: int) -> Any:
    """Take away the slots that are busy in an uploaded calendar. The file is read and not kept."""
    with ahead_of_writing():
        asked = _asked(number)
    try:
        limits.count("calendar", number)
        content = content_of(request.files.get("calendar"), MOST_BYTES, CalendarTooLarge)
        found = _read(content, asked) if asked else BusyTimes()
    except limits.TooMany as refused:
        return _refused(number, str(refused)), refused.status, refused.headers
    except Unacceptable as refused:
        return _refused(number, str(refused)), 422
    except NotACalendar:
        fault = _("This is not a whole calendar file (.ics). It may have 2 MB.")
        return _refused(number, fault), 422
    except confined.Exceeded:
        fault = _("Reading this calendar takes too long. Please export only the weeks of the event, and send it again.")
        return _refused(number, fault), 422
    except confined.Busy as busy:
        return _refused(number, str(busy)), 503
    count = operations.block_busy_slots(load_changeable(number), found.spans)
    db.session.commit()
    _tell_unread(found.unread)
    flash(
        ngettext(
            "%(num)d slot more is marked as not possible. Please look through the times once more.",
            "%(num)d slots more are marked as not possible. Please look through the times once more.",
            count,
        ),
        "success",
    )
    return redirect(url_for("registration.step", number=number, step="availability"))


def _asked(number: int) -> _Asked | None:
    """Nothing where the event has no slots yet."""
    registration = load_changeable(number)
    slots = registration.event.slots
    if not slots:
        return None
    zone = ZoneInfo(registration.organisation.profile.time_zone)
    own = [current_user.email] if current_user.is_authenticated else []  # a draft may be its browser's alone
    owners = (*own, *(delegate.email for delegate in registration.delegates))
    return _Asked(min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots), zone, owners)


def _read(content: bytes, asked: _Asked) -> BusyTimes:
    own_host = urlsplit(settings().base_url).hostname or ""
    budget = confined.Budget(seconds=SECONDS + SECONDS_A_MEGABYTE * len(content) / 1_000_000)
    return confined.run(budget, busy_times, content, own_host=own_host, **asked._asdict())


def _tell_unread(unread: list[Unread]) -> None:
    """Name the entries that can't be read, since somebody may be busy then: a few of them, and how many there are."""
    for zone_unknown in (False, True):
        entries = [entry for entry in unread if bool(entry.zone) is zone_unknown]
        if not entries:
            continue
        named = [f"{entry.title} ({entry.zone})" if entry.zone else entry.title for entry in entries]
        names = _(", ").join([*dict.fromkeys(named)][:NAMED])
        words = (
            ngettext("%(num)d entry has an unknown time zone", "%(num)d entries have unknown time zones", len(entries))
            if zone_unknown
            else ngettext("%(num)d entry could not be read", "%(num)d entries could not be read", len(entries))
        )
        flash(_("%(problem)s: %(names)s. Please mark the times yourself.", problem=words, names=names), "warning")


def _refused(number: int, fault: str) -> str:
    registration = load_changeable(number)
    return render_step(registration, "availability", SECTIONS["availability"].form(registration), calendar_fault=fault)
