"""Requests, meetings, interpreters, and what people hold of meetings in their calendars and on paper."""

from rbc_events.meetings.models.calendars import (
    TROUBLE,
    CalendarAnswer,
    CalendarEntry,
    Feed,
    FeedScope,
    PrintPurpose,
    PrintRun,
)
from rbc_events.meetings.models.incoming import NOTED, IncomingMail, MailboxPosition, MailKind, Settlement
from rbc_events.meetings.models.interpreters import Interpreter, InterpreterUnavailability
from rbc_events.meetings.models.meetings import (
    OPEN,
    Attendance,
    Booking,
    Meeting,
    MeetingParty,
    MeetingState,
    PersonSeen,
    absences,
)
from rbc_events.meetings.models.requests import MeetingRequest, PartyAnswer, RequestParty, RequestState, Veto

__all__ = [
    "NOTED",
    "OPEN",
    "TROUBLE",
    "Attendance",
    "Booking",
    "CalendarAnswer",
    "CalendarEntry",
    "Feed",
    "FeedScope",
    "IncomingMail",
    "Interpreter",
    "InterpreterUnavailability",
    "MailKind",
    "MailboxPosition",
    "Meeting",
    "MeetingParty",
    "MeetingRequest",
    "MeetingState",
    "PartyAnswer",
    "PersonSeen",
    "PrintPurpose",
    "PrintRun",
    "RequestParty",
    "RequestState",
    "Settlement",
    "Veto",
    "absences",
]
