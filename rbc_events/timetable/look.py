"""What of the board somebody looks at: a day, a view, how close, and what it is narrowed down to. All of it stands in
the page's address, so that a link or the Back button shows the same again."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from flask_babel import lazy_gettext as _l

from rbc_events.clock import read_date

VIEW_NAMES = {
    "places": _l("By place"),
    "organisations": _l("By organisation"),
    "people": _l("By person"),
    "interpreters": _l("By interpreter"),
}
STATE_NAMES = {
    "new": _l("To be published"),
    "changed": _l("Changed since published"),
    "told": _l("As published"),
    "pinned": _l("Pinned"),
    "must": _l("Must be held"),
    "online": _l("Online"),
    "held": _l("Held, or no-show"),
}
ONLY_NAMES = {"waiting": _l("Without a time"), "conflict": _l("In conflict")}
VIEWS = tuple(VIEW_NAMES)
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Look:
    """`zoom`: "near" with all that is known of a meeting, "far" with one line each, empty as suits the event."""

    day: date | None = None
    view: str = VIEWS[0]
    zoom: str = ""
    q: str = ""
    region: str = ""
    state: str = ""
    interpreter: int | None = None
    only: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """As an address says; what it says wrongly counts as not said."""
        number = values.get("interpreter_is", "")
        return cls(
            day=read_date(values.get("day", "")),
            view=_one_of(VIEWS, values.get("view")) or VIEWS[0],
            zoom=_one_of(("near", "far"), values.get("zoom")),
            q=values.get("q", "").replace("\0", "").strip()[:LONGEST_WORDS],
            region=values.get("region", "")[:LONGEST_WORDS],
            state=_one_of(STATE_NAMES, values.get("state")),
            interpreter=int(number) if number.isdecimal() and len(number) < 10 else None,
            only=_one_of(ONLY_NAMES, values.get("only")),
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.region or self.state or self.interpreter is not None or self.only)

    def query(self, **other: Any) -> dict[str, Any]:
        """The address's words for this look, or for it with `other` values."""
        values = {**asdict(self), **other}
        values["interpreter_is"] = values.pop("interpreter")
        if values["view"] == VIEWS[0]:
            values["view"] = ""
        return {name: value for name, value in values.items() if value not in ("", None)}


def _one_of(known: Collection[str], word: str | None) -> str:
    return word if word and word in known else ""
