"""Parts of a page that features above its own show there, and what leads to their pages.

A page knows only the features before its own, so it has lists of parts, to which the others add theirs in their
`blueprint.py`: `events.event_page`, `meetings.meeting_page`, `relationships.relationship_page`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar


@dataclass(frozen=True)
class Part:
    """A template, and what it shows, which it finds under `name`."""

    name: str
    read: Callable[[Any, Any], Any]  # of the actor and of what the page is about
    template: str


def contents(actor: Any, subject: Any, parts: Iterable[Part]) -> dict[str, Any]:
    """What the templates of the parts show, by name."""
    return {part.name: part.read(actor, subject) for part in parts}


class Leading(Protocol):
    @property
    def endpoint(self) -> str: ...


L = TypeVar("L", bound=Leading)


@dataclass(frozen=True)
class Places(Generic[L]):
    """What leads to pages, in the order of the work: those of a low place come first."""

    taken: dict[int, L] = field(default_factory=dict)

    def put(self, place: int, thing: L) -> None:
        other = self.taken.setdefault(place, thing)
        assert other is thing, f"{thing.endpoint} and {other.endpoint} share a place"  # noqa: S101

    def __iter__(self) -> Iterator[L]:
        return (self.taken[place] for place in sorted(self.taken))
