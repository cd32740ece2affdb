"""Every list that leaves as a sheet, in the order in which the page offers them."""

from rbc_events.sheet_export.listing import Listing
from rbc_events.sheet_export.lists.meetings import ATTENDANCE, INTERPRETERS, LEDGER, MEETINGS, REQUESTS, TIMETABLE
from rbc_events.sheet_export.lists.others import BLOCKS, MAILS, OUTCOMES, PLACES
from rbc_events.sheet_export.lists.registrations import DELEGATES, ORGANISATIONS, REGISTRATIONS

LISTS: tuple[Listing, ...] = (
    REGISTRATIONS,
    ORGANISATIONS,
    DELEGATES,
    REQUESTS,
    MEETINGS,
    TIMETABLE,
    INTERPRETERS,
    ATTENDANCE,
    LEDGER,
    OUTCOMES,
    MAILS,
    PLACES,
    BLOCKS,
)


def find_listing(name: str) -> Listing | None:
    return next((listing for listing in LISTS if listing.name == name), None)
