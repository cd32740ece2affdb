"""What the day's marks are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.meetings.marking import Came

CAME = {
    Came.UNKNOWN: _l("Not marked"),
    Came.PRESENT: _l("Here"),
    Came.LATE: _l("Late"),
    Came.ABSENT: _l("Absent"),
}
