"""What the choices of follow-ups are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.follow_ups.models import FollowUpState

STATES = {
    FollowUpState.ASKED: _l("Asked, no answer yet"),
    FollowUpState.ANSWERED: _l("Answered"),
    FollowUpState.NOBODY: _l("Nobody to ask"),
    FollowUpState.CLOSED: _l("Not answered"),
}
