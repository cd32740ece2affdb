"""What the states and answers of requests and meetings are called, so that every page calls them the same."""

from flask_babel import lazy_gettext as _l

from rbc_events.meetings.changes import ChangeKind
from rbc_events.meetings.models import (
    Attendance,
    CalendarAnswer,
    FeedScope,
    MailKind,
    MeetingState,
    PartyAnswer,
    RequestState,
    Settlement,
)

REQUEST_STATES = {
    RequestState.PENDING: _l("Waiting for an answer"),
    RequestState.MUTUAL: _l("Agreed by both sides"),
    RequestState.DECLINED: _l("Declined"),
    RequestState.WITHDRAWN: _l("Withdrawn"),
    RequestState.EXPIRED: _l("Expired"),
}
PARTY_ANSWERS = {
    PartyAnswer.PENDING: _l("not answered yet"),
    PartyAnswer.ACCEPTED: _l("accepted"),
    PartyAnswer.DECLINED: _l("declined"),
}
MEETING_STATES = {
    MeetingState.AGREED: _l("Waits for a time"),
    MeetingState.SCHEDULED: _l("Scheduled"),
    MeetingState.HELD: _l("Held"),
    MeetingState.NO_SHOW: _l("No-show"),
    MeetingState.CANCELLED: _l("Cancelled"),
}
ATTENDANCES = {
    Attendance.PRESENT: _l("Came"),
    Attendance.ABSENT: _l("Did not come"),
    Attendance.UNKNOWN: _l("Not known"),
}
CHANGE_KINDS = {
    ChangeKind.NEW: _l("New"),
    ChangeKind.MOVED: _l("New time"),
    ChangeKind.PLACE: _l("New place"),
    ChangeKind.INTERPRETER: _l("Another interpreter"),
    ChangeKind.CANCELLED: _l("Called off"),
}
CALENDAR_ANSWERS = {
    CalendarAnswer.NONE: "–",
    CalendarAnswer.ACCEPTED: _l("Accepted"),
    CalendarAnswer.DECLINED: _l("Declined"),
    CalendarAnswer.TENTATIVE: _l("Perhaps"),
    CalendarAnswer.COUNTER: _l("Asks for another time"),
}
FEED_SCOPES = {
    FeedScope.DELEGATE: _l("My meetings"),
    FeedScope.ORGANISATION: _l("Meetings of my organisation"),
    FeedScope.INTERPRETER: _l("Meetings that I interpret"),
    FeedScope.COORDINATOR: _l("All meetings of the event"),
    FeedScope.ROOM: _l("Meetings at one place"),
}
MAIL_KINDS = {
    MailKind.WORDS: _l("Answer in words"),
    MailKind.ANSWER: _l("Answer to nothing that stands"),
    MailKind.OF_ANOTHER: _l("Answer of somebody who wasn't invited"),
    MailKind.DELEGATED: _l("Sends somebody else"),
    MailKind.UNREADABLE: _l("Can't be read"),
    MailKind.TOO_LARGE: _l("Too large: only the head was fetched"),
    MailKind.REPORT: _l("Report of a mail that we don't know"),
    MailKind.MEMBER: _l("Didn't reach one of several behind the address"),
    MailKind.COMPLAINT: _l("Complaint: marked as spam"),
    MailKind.ABSENCE: _l("Absence note"),
}
SETTLEMENTS = {
    Settlement.ACCEPTED: _l("Taken as accepted"),
    Settlement.DECLINED: _l("Taken as declined"),
    Settlement.OTHER_TIME: _l("Taken as another time"),
    Settlement.ANSWERED: _l("Answered"),
    Settlement.FORWARDED: _l("Forwarded"),
    Settlement.DONE: _l("Done"),
}
