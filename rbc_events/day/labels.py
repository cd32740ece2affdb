"""What the day's marks are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.day.check_in import Said
from rbc_events.meetings.marking import Came

CAME = {
    Came.UNKNOWN: _l("Not marked"),
    Came.PRESENT: _l("Here"),
    Came.LATE: _l("Late"),
    Came.ABSENT: _l("Absent"),
}
SAID = {
    Said.WELCOME: _l("Checked in"),
    Said.TWICE: _l("Checked in already"),
    Said.OTHER_EVENT: _l("Badge of another event"),
    Said.REVOKED: _l("Revoked badge: another one was issued, or it was lost"),
    Said.NOT_TAKING_PART: _l("The organisation doesn't take part any more"),
    Said.UNKNOWN: _l("No badge of ours"),
}
FORMAT_NAMES = {
    "a4-10": _l("A4, ten cards of 91 × 55 mm"),
    "a4-4": _l("A4, four badges of A6"),
    "a6": _l("A6, one badge a sheet"),
    "letter-8": _l("US Letter, eight cards of 3½ × 2¼ inches"),
}
