"""An event's days drawn as strips: what fills each day, from its first hour to its last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from math import ceil, floor

from rbc_events.events.models import Block, BlockKind, Event

GAP = 0.4  # between two cells, in hundredths of the strip


@dataclass(frozen=True)
class Cell:
    """A slot, a break or a session: where it begins and how wide it is, in hundredths of the strip."""

    kind: BlockKind
    x: float
    width: float


@dataclass(frozen=True)
class Strip:
    """One day between two full hours, local to the event."""

    day: date
    opens: datetime
    closes: datetime
    cells: list[Cell]


def strips(event: Event) -> list[Strip]:
    """The event's days, all drawn between the same two hours so that they can be compared."""
    if not event.blocks:
        return []
    spans = [(block.starts_at.astimezone(event.zone), block.ends_at.astimezone(event.zone)) for block in event.blocks]
    days = {first.date(): datetime.combine(first.date(), time(), event.zone) for first, _last in spans}
    opens = min(floor(_hours(first, days[first.date()])) for first, _last in spans)
    closes = max(ceil(_hours(last, days[first.date()])) for first, last in spans)
    by_day = groupby(event.blocks, lambda block: block.starts_at.astimezone(event.zone).date())
    return [_strip(days[day], list(blocks), opens, closes) for day, blocks in by_day]


def _hours(moment: datetime, midnight: datetime) -> float:
    return (moment - midnight) / timedelta(hours=1)


def _strip(midnight: datetime, blocks: list[Block], opens: int, closes: int) -> Strip:
    hundredth = (closes - opens) / 100
    cells = []
    for kind, first, last in (piece for block in blocks for piece in _pieces(block)):
        x, width = (_hours(first, midnight) - opens) / hundredth, _hours(last, first) / hundredth
        cells.append(Cell(kind, round(x, 2), round(max(width - GAP, GAP), 2)))
    return Strip(midnight.date(), midnight + timedelta(hours=opens), midnight + timedelta(hours=closes), cells)


def _pieces(block: Block) -> Iterator[tuple[BlockKind, datetime, datetime]]:
    """A block of meetings is drawn slot by slot, any other as a whole."""
    for piece in block.slots or [block]:
        yield block.kind, piece.starts_at, piece.ends_at
