"""What the pages of a sheet have in common: the kind, its columns, the run."""

from typing import Any

from flask import Response, abort

from rbc_events.events.models import Event
from rbc_events.sheet_import.kind import Column, Importer
from rbc_events.sheet_import.models import SheetRun
from rbc_events.sheet_import.registry import IMPORTERS, find_importer
from rbc_events.sheet_import.runs import find_run

# The kinds of sheet that are about one event, each with the page that shows what came of it.
SHOWN_AT = {
    "organisations": "registration.invitations",
    "delegates": "registration.invitations",
    "interpreters": "meetings.interpreters",
    "requests": "meetings.event_requests",
    "outcomes": "outcomes.of_event",
    "places": "events.places",
    "blocks": "events.days",
}
OFFERED = [importer for kind in SHOWN_AT for importer in IMPORTERS if importer.kind == kind]
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def load_importer(kind: str, event: Event) -> Importer:
    found = find_importer(kind) if kind in SHOWN_AT else None
    return found.for_event(event) if found else abort(404)


def load_run(event: Event, kind: str, digest: str) -> SheetRun:
    return find_run(event, kind, digest) or abort(404)


def offered_columns(importer: Importer) -> list[Column]:
    """The columns that an uploaded sheet may have: its event is the page's."""
    return [column for column in importer.columns if column.name != "event_key"]


def file_response(name: str, ending: str, content: bytes) -> Any:
    response = Response(content, mimetype=MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = f"attachment; filename={name}.{ending}"
    return response
