"""Invitations and cancellations for one recipient: iTIP (RFC 5546, 3.2.2, 3.2.5 and 3.2.8), to be sent by mail."""

from rbc_events.calendars.entry import Entry, InvalidEntry, calendar


def request(entry: Entry) -> bytes:
    """A REQUEST: the first invitation, and with a higher SEQUENCE every change. Raises InvalidEntry."""
    _check(entry)
    if entry.status == "CANCELLED":
        raise InvalidEntry("a cancelled meeting is not asked for")
    return calendar("REQUEST", [entry])


def cancel(entry: Entry) -> bytes:
    """A CANCEL, which takes the meeting out of the recipient's calendar. Raises InvalidEntry.

    SEQUENCE has to be higher than that of the last REQUEST: Google and Outlook leave out an equal one.
    """
    _check(entry)
    if entry.sequence == 0:
        raise InvalidEntry("a CANCEL without an earlier REQUEST")
    return calendar("CANCEL", [entry])


def decline_counter(entry: Entry) -> bytes:
    """A DECLINECOUNTER: the time that the recipient proposed isn't taken, the last REQUEST stands. Raises InvalidEntry.

    SEQUENCE is that of the REQUEST.
    """
    _check(entry)
    return calendar("DECLINECOUNTER", [entry])


def _check(entry: Entry) -> None:
    if entry.attendee is None:
        raise InvalidEntry("an invitation without an attendee")
    if not entry.summary.strip():
        raise InvalidEntry("an invitation without a title")
    if entry.attendee.address.lower() == entry.organizer.address.lower():
        raise InvalidEntry("the attendee is the organizer: no client would ask for an answer")
