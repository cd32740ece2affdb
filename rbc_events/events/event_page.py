"""What the features above show at an event: their tabs, and their parts of its page.

Events know none of them, so each adds its own in its `blueprint.py`.
"""

from dataclasses import dataclass
from typing import Any

from rbc_events.page_parts import Part, Places


@dataclass(frozen=True)
class Tab:
    endpoint: str
    label: Any  # translated when it is shown


class Tabs(Places[Tab]):
    """A row of tabs."""

    def add(self, place: int, endpoint: str, label: Any) -> None:
        self.put(place, Tab(endpoint, label))


staff_tabs = Tabs()
participant_tabs = Tabs()
main: list[Part] = []  # below the event's days
of_programme: list[Part] = []  # on the page of a year of a programme, below its events
aside: list[Part] = []  # beside them, above the facts
place: list[Part] = []  # on the page on which one of its places is changed
