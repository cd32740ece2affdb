"""What a report is of: the events and programmes of one choice, and what it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true

from rbc_events.accounts.access import is_headquarters
from rbc_events.events.models import Event, Programme
from rbc_events.events.queries import every_event, programmes, viewed_events
from rbc_events.outcomes.access import viewed_outcomes


@dataclass(frozen=True)
class Selection:
    """What a report is of.

    `choice` are the events that could be chosen. `events` are those chosen, `until` these and those of earlier years.
    `programmes` and `programmes_until` are the programmes whose outcomes of no event count; there are none for somebody
    who views single events. `outcomes` is the condition on those that count: one for named people alone doesn't for
    others.
    """

    choice: Sequence[Event]
    events: Sequence[Event]
    until: Sequence[Event]
    programmes: Sequence[Programme]
    programmes_until: Sequence[Programme]
    outcomes: ColumnElement[bool]
    year: int | None = None
    key: str = ""

    @property
    def event_ids(self) -> list[int]:
        return [event.id for event in self.events]


def select_for(actor: Any, *, year: int | None = None, key: str = "") -> Selection:
    """What the actor manages, of one fiscal year, or of one event."""
    whole = programmes() if is_headquarters(actor) else ()
    return _narrowed(viewed_events(actor), whole, viewed_outcomes(actor), year, key)


def select_everything(year: int | None) -> Selection:
    """Headquarters' view, for a command, which has no actor."""
    return _narrowed(every_event(), programmes(), true(), year, "")


def _narrowed(
    choice: Sequence[Event], whole: Sequence[Programme], outcomes: ColumnElement[bool], year: int | None, key: str
) -> Selection:
    events = [event for event in choice if not key or event.key == key]
    whole = [] if key else whole
    return Selection(
        choice=choice,
        events=[event for event in events if not year or event.programme.fiscal_year == year],
        until=[event for event in events if not year or event.programme.fiscal_year <= year],
        programmes=[one for one in whole if not year or one.fiscal_year == year],
        programmes_until=[one for one in whole if not year or one.fiscal_year <= year],
        outcomes=outcomes,
        year=year,
        key=key,
    )
