"""What the states of mails are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.calendars.causes import Cause
from rbc_events.outbox.models import Delivery

DELIVERIES = {
    Delivery.QUEUED: _l("Queued"),
    Delivery.IN_FLIGHT: _l("Being sent"),
    Delivery.AWAITING_RETRY: _l("Awaiting another try"),
    Delivery.SENT: _l("Sent"),
    Delivery.BOUNCED: _l("Came back"),
    Delivery.FAILED: _l("Failed"),
}

CAUSES = {
    Cause.NO_ADDRESS: _l("This address doesn't exist. Ask for the right one by telephone."),
    Cause.NO_DOMAIN: _l("The part after the @ doesn't exist. Look for a typing error in it."),
    Cause.FULL: _l("The mailbox is full. Call, and send the mail again later."),
    Cause.CLOSED: _l("The mailbox was closed. Ask who follows."),
    Cause.TOO_LARGE: _l("The mail was too large for their server. Send it without attachments."),
    Cause.REFUSED: _l("Their server refused the mail as unwanted. Ask them to allow our sender."),
    Cause.FOR_NOW: _l("Their server couldn't be reached for long. Send the mail again later."),
    Cause.OTHER: _l("Mails come back from this address."),
}
