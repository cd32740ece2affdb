"""What the states of offered times are called."""

from flask_babel import lazy_gettext as _l

from rbc_events.seasons.models import OfferState

STATES = {
    OfferState.OPEN: _l("Offered, waits for answers"),
    OfferState.SETTLED: _l("Suited all"),
    OfferState.FAILED: _l("None suits all"),
    OfferState.WITHDRAWN: _l("Not offered any more"),
}
