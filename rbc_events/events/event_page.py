"""What the features above show at an event: their tabs, and their parts of its page.

Events know none of them, so each adds its own in its `blueprint.py`.
"""

from dataclasses import dataclass, field
from typing import Any

from rbc_events.page_parts import Part


@dataclass(frozen=True)
class Tab:
    endpoint: str
    label: Any  # translated when it is shown


@dataclass(frozen=True)
class Tabs:
    """A row of tabs, in the order of the work: those of a low `place` come first."""

    tabs: dict[int, Tab] = field(default_factory=dict)

    def add(self, place: int, endpoint: str, label: Any) -> None:
        assert place not in self.tabs, f"{endpoint} and {self.tabs[place].endpoint} share a place"  # noqa: S101
        self.tabs[place] = Tab(endpoint, label)

    def __iter__(self) -> Any:
        return (self.tabs[place] for place in sorted(self.tabs))


staff_tabs = Tabs()
participant_tabs = Tabs()
main: list[Part] = []  # below the event's days
aside: list[Part] = []  # beside them, above the facts
