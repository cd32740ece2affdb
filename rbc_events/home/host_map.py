"""The first page's map: one tile a prefecture, those that hosted an event on record marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event, Region, RegionKind

# Where each prefecture's tile stands, in tiles from the north-west: a cartogram of our own. Keys are the first two
# digits of the JIS X 0401 code. Hokkaido takes two by two.
TILES: dict[str, tuple[float, float]] = {
    "01": (12, 0), "02": (12, 2.3), "05": (11, 3.3), "03": (12, 3.3), "06": (11, 4.3), "04": (12, 4.3),
    "17": (9, 5.3), "16": (10, 5.3), "15": (11, 5.3), "07": (12, 5.3),
    "18": (8, 6.3), "21": (9, 6.3), "20": (10, 6.3), "10": (11, 6.3), "09": (12, 6.3), "08": (13, 6.3),
    "35": (3, 7.3), "32": (4, 7.3), "31": (5, 7.3), "28": (6, 7.3), "26": (7, 7.3), "25": (8, 7.3), "23": (9, 7.3),
    "19": (10, 7.3), "11": (11, 7.3), "13": (12, 7.3), "12": (13, 7.3),
    "34": (4, 8.3), "33": (5, 8.3), "27": (7, 8.3), "29": (8, 8.3), "24": (9, 8.3), "22": (10, 8.3), "14": (12, 8.3),
    "30": (7, 9.3), "38": (4, 9.6), "37": (5, 9.6), "39": (4, 10.6), "36": (5, 10.6),
    "42": (0, 8.3), "41": (1, 8.3), "40": (2, 8.3), "43": (1, 9.3), "44": (2, 9.3), "46": (1, 10.3), "45": (2, 10.3),
    "47": (0, 11.8),
}  # fmt: skip
STEP = 32  # the side of a tile and the gap after it, in the drawing's units
SIDE = 28


@dataclass(frozen=True)
class Tile:
    """One prefecture: its place in the drawing, and how many events it or its municipalities hosted."""

    name: Bilingual
    x: float
    y: float
    side: int
    events: int
    now: bool  # one of them isn't over
    sample: bool  # all of them are fictional


def tiles(events: Iterable[Event], current: Sequence[Event]) -> list[Tile]:
    """All 47 prefectures by code, from one query."""
    prefectures = db.session.scalars(
        select(Region).where(Region.kind == RegionKind.PREFECTURE).order_by(Region.code)
    ).all()
    hosted: dict[str, list[Event]] = {}
    for event in events:
        for code in {host.code[:2] for host in event.hosts}:
            hosted.setdefault(code, []).append(event)
    return [_tile(region, hosted.get(region.code[:2], []), current) for region in prefectures]


def _tile(region: Region, events: list[Event], current: Sequence[Event]) -> Tile:
    x, y = TILES[region.code[:2]]
    side = SIDE + STEP if region.code.startswith("01") else SIDE
    now, sample = any(event in current for event in events), all(event.is_sample for event in events)
    return Tile(region.name, x * STEP, y * STEP, side, len(events), now=now, sample=sample)
