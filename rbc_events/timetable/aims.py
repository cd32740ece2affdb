"""What a coordinator wants of a timetable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from rbc_events.events.models import Event
from rbc_events.scheduling import problem as core
from rbc_events.timetable.conditions import EVERY_ORGANISATION


@dataclass(frozen=True)
class Aims:
    """What a coordinator wants of a timetable: `levels` in their order, at least so many meetings for every
    organisation, and by how many breaks two organisations may differ (None: by any)."""

    levels: tuple[str, ...] = core.LEVELS
    least: int = 0
    fairness: int | None = None

    @property
    def floors(self) -> tuple[core.Floor, ...]:
        return (core.Floor(EVERY_ORGANISATION, self.least),) if self.least else ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them; the usual ones where it keeps none."""
        return cls(**{**kept, "levels": tuple(kept["levels"])}) if kept else cls()


USUAL = Aims()
AGAIN = Aims(("must_haves", "changes", *(level for level in core.LEVELS if level not in ("must_haves", "changes"))))
"""Once participants have been told of a timetable, as little of it as possible changes."""


def usual_aims(event: Event) -> Aims:
    """What a run of the event wants where nobody says anything else."""
    return USUAL if event.published_at is None else AGAIN
