"""Parts of a page that features above its own show there.

A page knows only the features before its own, so it has lists of parts, to which the others add theirs in their
`blueprint.py`: `events.event_page`, `meetings.meeting_page`, `relationships.relationship_page`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """A template, and what it shows, which it finds under `name`."""

    name: str
    read: Callable[[Any, Any], Any]  # of the actor and of what the page is about
    template: str


def contents(actor: Any, subject: Any, parts: Iterable[Part]) -> dict[str, Any]:
    """What the templates of the parts show, by name."""
    return {part.name: part.read(actor, subject) for part in parts}
