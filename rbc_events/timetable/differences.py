"""What changed in an event between two readings by the scheduler, in words."""

from typing import Any

from flask_babel import gettext as _

from rbc_events.timetable.wording import Names


def difference(before: dict[str, Any], after: dict[str, Any], names: Names) -> list[str]:
    """One line for each kind of thing that came, went or changed. Both are problems in their JSON form."""
    labels = {
        "requests": (_("New meetings"), _("Meetings called off"), _("Meetings changed")),
        "parties": (_("New organisations"), _("Organisations gone"), _("Organisations whose times or limits changed")),
        "interpreters": (_("New interpreters"), _("Interpreters gone"), _("Interpreters whose hours changed")),
        "places": (_("New places"), _("Places closed"), _("Places changed")),
        "slots": (_("New slots"), _("Slots gone"), _("Slots changed")),
        "standing": (_("Put on the timetable by hand"), _("Taken off by hand"), _("Moved or pinned by hand")),
    }
    lines = []
    for section, words in labels.items():
        old, new = _by_id(before.get(section, [])), _by_id(after.get(section, []))
        came, went = [key for key in new if key not in old], [key for key in old if key not in new]
        changed = [key for key in new if key in old and new[key] != old[key]]
        for label, keys in zip(words, (came, went, changed), strict=True):
            if keys:
                lines.append(f"{label}: {names.list_of(keys)}")
    return lines


def _by_id(things: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {thing.get("id") or thing["request"]: thing for thing in things}
