"""Sectors, regions, programmes, events, and the slots and places of events."""

from rbc_events.events.models.events import (
    FOLLOW_UP_MONTHS,
    Event,
    Mode,
    Programme,
    ProgrammeKind,
    Region,
    RegionKind,
    Sector,
    Shape,
    Site,
    event_hosts,
)
from rbc_events.events.models.slots import Block, BlockKind, MeetingRule, Place, PlaceClosure, PlaceKind, RuleBy, Slot

__all__ = [
    "FOLLOW_UP_MONTHS",
    "Block",
    "BlockKind",
    "Event",
    "MeetingRule",
    "Mode",
    "Place",
    "PlaceClosure",
    "PlaceKind",
    "Programme",
    "ProgrammeKind",
    "Region",
    "RegionKind",
    "RuleBy",
    "Sector",
    "Shape",
    "Site",
    "Slot",
    "event_hosts",
]
