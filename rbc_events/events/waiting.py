"""What waits for the staff of events, in numbers, as the first page tells them. Each feature adds its own in its
`blueprint.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from rbc_events.database import db
from rbc_events.page_parts import Places


@dataclass(frozen=True)
class Waiting:
    """Something at events that waits for their staff.

    count      {event: number} of these events at a time; where there is none, it may be left out
    words      the sentence for a number
    endpoint   the page where it is dealt with, which takes the event's key and these `arguments`
    is_work    whether staff have something to do; otherwise it is only worth knowing
    """

    count: Callable[[Sequence[int], datetime], Mapping[int, int]]
    words: Callable[[int], str]
    endpoint: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    is_work: bool = True


def rows_that_wait(model: Any, *conditions: ColumnElement[bool]) -> Callable[[Sequence[int], datetime], dict[int, int]]:
    """The rows of a model with an `event_id` that fulfil the conditions, counted by event."""
    return lambda event_ids, _now: count_rows(model, event_ids, *conditions)


def count_rows(model: Any, event_ids: Sequence[int], *conditions: ColumnElement[bool]) -> dict[int, int]:
    statement = (
        select(model.event_id, func.count()).where(model.event_id.in_(event_ids), *conditions).group_by(model.event_id)
    )
    return dict(db.session.execute(statement).all())


for_staff = Places[Waiting]()
