"""The slots of an event that are night where somebody who takes part online is."""

from datetime import time
from zoneinfo import ZoneInfo

from rbc_events.events.models import Event, Slot
from rbc_events.registration.models import Registration

NIGHT = (time(22), time(7))  # begins, ends


def nights_of(event: Event, zone: str) -> set[int]:
    """The numbers of the slots of which a part is night by the clocks of a zone."""
    place = ZoneInfo(zone)
    return {slot.id for slot in event.slots if _is_night(slot, place)}


def _is_night(slot: Slot, place: ZoneInfo) -> bool:
    begins, ends = NIGHT
    starts_at, ends_at = slot.starts_at.astimezone(place), slot.ends_at.astimezone(place)
    in_one_day = starts_at.date() == ends_at.date()
    return starts_at.time() < ends or starts_at.time() >= begins or not in_one_day or ends_at.time() > begins


def leaves_out_nights(registration: Registration) -> bool:
    """Whether the organisation meets at no hour that is night for it; so it is, too, before anybody was asked, and
    while it comes in person."""
    busy = {row.slot_id for row in registration.unavailable}
    return registration.in_person or nights_of(registration.event, registration.organisation.profile.time_zone) <= busy
