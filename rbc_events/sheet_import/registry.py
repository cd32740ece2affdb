"""Every kind of sheet that can be imported, in the order in which they need each other."""

from rbc_events.sheet_import.kind import Importer
from rbc_events.sheet_import.kinds.cases import IMPORTERS as CASES
from rbc_events.sheet_import.kinds.events import IMPORTERS as EVENTS
from rbc_events.sheet_import.kinds.meetings import IMPORTERS as MEETINGS
from rbc_events.sheet_import.kinds.organisations import IMPORTERS as REGISTRATION
from rbc_events.sheet_import.kinds.outcomes import IMPORTERS as OUTCOMES
from rbc_events.sheet_import.kinds.seeds import IMPORTERS as SEEDS

IMPORTERS: tuple[Importer, ...] = (*EVENTS, *REGISTRATION, *SEEDS, *MEETINGS, *OUTCOMES, *CASES)


def find_importer(kind: str) -> Importer | None:
    return next((importer for importer in IMPORTERS if importer.kind == kind), None)
