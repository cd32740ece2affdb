"""Published meetings as a calendar, to download or to subscribe to, in the language around it."""

from collections.abc import Iterable

from rbc_events.calendars.feed import publish
from rbc_events.events.models import Event
from rbc_events.i18n import language
from rbc_events.meetings import wording
from rbc_events.meetings.changes import told
from rbc_events.meetings.invitations import entry_of
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.registration.models import Registration


def calendar_of(event: Event, meetings: Iterable[Meeting], side: Registration | None, *, name: str) -> bytes:
    """The meetings that participants were told of and that stand, as the given side (or nobody's) calls them.

    The UID is that of the invitations. A meeting called off is left out, which takes it out of subscribed calendars.
    """
    entries = []
    for meeting in meetings:
        appointment = told(meeting)
        if appointment is None or meeting.published_at is None or meeting.state == MeetingState.CANCELLED:
            continue
        entries.append(
            entry_of(
                meeting,
                appointment,
                side,
                sequence=meeting.sequence,
                stamp=meeting.published_at,
                description="\n".join(wording.circumstances(meeting, appointment, side)),
            )
        )
    return publish(entries, name=name, language=language(), zone=event.time_zone)
