"""A meeting in words, in the language of the page or of the `in_language` block around it."""

from datetime import datetime

from flask_babel import gettext as _

from rbc_events.calendars.content import clean_line
from rbc_events.events.models import Event, Mode
from rbc_events.i18n import clock_time, day, language, language_name, plain, zone_label
from rbc_events.meetings.changes import Appointment
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.meetings.recipients import Recipient
from rbc_events.registration.models import Registration


def others(meeting: Meeting, side: Registration | None) -> str:
    """The other side's name; for whom belongs to neither side, both."""
    sides = [party.registration for party in meeting.parties if party.registration and party.registration is not side]
    return " / ".join(clean_line(plain(other.organisation.name)) for other in sides)


def title(meeting: Meeting, side: Registration | None) -> str:
    return _("Meeting: %(names)s", names=others(meeting, side))


def stretch(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """2027年2月9日(火) 10:00–10:30 (日本時間)."""
    times = f"{clock_time(starts_at, zone)}–{clock_time(ends_at, zone)}"
    return f"{day(starts_at, zone)} {times} ({zone_label(starts_at, zone)})"


def details(meeting: Meeting, appointment: Appointment, reader: Recipient) -> str:
    """When, with whom, where, and who interprets. First the time by which the reader goes, then that of the event's
    place, or for who is there that of home, where it differs."""
    starts_at, ends_at, there = appointment.starts_at, appointment.ends_at, meeting.event.time_zone
    first, local, own = (stretch(starts_at, ends_at, zone) for zone in (reader.zone, there, reader.own_zone))
    lines = [_("Time: %(time)s", time=first)]
    if local != first:
        lines.append(_("Time at the event: %(time)s", time=local))
    elif own != first:
        lines.append(_("Time where you are at home: %(time)s", time=own))
    return "\n".join([*lines, *circumstances(meeting, appointment, reader.side)])


def circumstances(meeting: Meeting, appointment: Appointment, side: Registration | None) -> list[str]:
    """With whom, where, and who interprets; each on a line."""
    place, interpreter = appointment.place, appointment.interpreter
    lines = [_("With: %(names)s", names=others(meeting, side))]
    if place:
        lines.append(_("Place: %(place)s", place=place_name(appointment)))
    if venue := venue_of(meeting.event, appointment):
        lines.append(_("Venue: %(venue)s", venue=venue))
    if place and place.join_url:
        lines.append(_("Join at: %(link)s", link=place.join_url))
    if interpreter:
        lines.append(_("Interpreter: %(name)s", name=interpreter_name(interpreter)))
    return lines


def change(before: Appointment, after: Appointment, zone: str) -> str:
    """What has changed, such as "Time: moved from … to …"; empty where nothing has."""
    lines = []
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        old, new = (stretch(each.starts_at, each.ends_at, zone) for each in (before, after))
        lines.append(_("Time: moved from %(old)s to %(new)s", old=old, new=new))
    if place_name(before) != place_name(after):
        lines.append(_("Place: %(new)s instead of %(old)s", old=place_name(before), new=place_name(after)))
    elif after.place and before.place and after.place.join_url not in ("", before.place.join_url):
        lines.append(_("New link to join: %(link)s", link=after.place.join_url))
    if before.interpreter != after.interpreter:
        lines.append(_interpreter_change(before.interpreter, after.interpreter))
    return "\n".join(lines)


def venue_of(event: Event, appointment: Appointment) -> str:
    """Where one goes for a meeting in person, with the address; nothing for one by a link or elsewhere."""
    place = appointment.place
    if event.mode == Mode.ONLINE or (place and (place.join_url or place.own)):
        return ""
    return clean_line(event.venue_line(language()))


def place_name(appointment: Appointment) -> str:
    return clean_line(plain(appointment.place.name)) if appointment.place else "–"


def interpreter_name(interpreter: Interpreter) -> str:
    return clean_line(interpreter.name_in(language()))


def join_links(*appointments: Appointment | None) -> frozenset[str]:
    """The addresses at which one joins: the office's, and so the only links in a meeting's details."""
    places = (appointment.place for appointment in appointments if appointment)
    return frozenset(place.join_url for place in places if place and place.join_url)


def pairs_in_words(pairs: str) -> str:
    """Japanese–English, Japanese–Chinese for "ja-en ja-zh"."""
    dash = "・" if language() == "ja" else "–"
    return _(", ").join(dash.join(map(language_name, pair.split("-"))) for pair in pairs.split())


def _interpreter_change(before: Interpreter | None, after: Interpreter | None) -> str:
    if before is None and after is not None:
        return _("Interpreter: %(name)s has been added", name=interpreter_name(after))
    if before is not None and after is None:
        return _("Interpreter: %(name)s will not come", name=interpreter_name(before))
    names = [interpreter_name(each) for each in (before, after) if each is not None]
    return _("Interpreter: %(new)s instead of %(old)s", old=names[0], new=names[1])
