"""What the states of mails are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.outbox.models import Delivery

DELIVERIES = {
    Delivery.QUEUED: _l("Queued"),
    Delivery.IN_FLIGHT: _l("Being sent"),
    Delivery.AWAITING_RETRY: _l("Awaiting another try"),
    Delivery.SENT: _l("Sent"),
    Delivery.BOUNCED: _l("Came back"),
    Delivery.FAILED: _l("Failed"),
}
