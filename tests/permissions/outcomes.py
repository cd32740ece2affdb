from datetime import date
from typing import Any

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.file_types import FileType
from rbc_events.outcomes.evidence import add_evidence, keep_file
from rbc_events.outcomes.models import DateKind, EvidenceKind
from rbc_events.outcomes.operations import claim_date
from rbc_events.partial_dates import Precision
from tests.factories import NOW, make_outcome
from tests.permissions.expectations import MANAGERS, STAFF, Expectation, of_event
from tests.permissions.relationships import of_relationship
from tests.world import World


def of_outcome(world: World) -> dict[str, Any]:
    if "outcome" not in world.extra:
        world.extra["outcome"] = make_outcome(world.event)
    return {"number": world.extra["outcome"].id}


def of_date(world: World) -> dict[str, Any]:
    number = of_outcome(world)["number"]
    outcome = world.extra["outcome"]
    claim = claim_date(
        outcome, actor=None, now=NOW, kind=DateKind.SIGNED, on=date(2021, 9, 1), precision=Precision.MONTH
    )
    return {"number": number, "claim_id": claim.id}


def of_evidence(world: World) -> dict[str, Any]:
    """An outcome with evidence that somebody else added, not verified yet."""
    number = of_outcome(world)["number"]
    outcome = world.extra["outcome"]
    world.extra["evidence"] = add_evidence(outcome, kind=EvidenceKind.LETTER, description="A letter.", now=now())
    db.session.refresh(outcome)
    return {"number": number}


def of_evidence_alone(world: World) -> dict[str, Any]:
    return {**of_evidence(world), "evidence_id": world.extra["evidence"].id}


def of_file(world: World) -> dict[str, Any]:
    number = of_evidence(world)["number"]
    found = FileType("application/pdf", "pdf")
    keep_file(world.extra["evidence"], b"%PDF-", "letter.pdf", found, now=now())
    return {"number": number, "file_id": world.extra["evidence"].files[0].id}


def of_join(world: World) -> dict[str, Any]:
    """An outcome of which there is a second record."""
    number = of_outcome(world)["number"]
    make_outcome(world.event)
    return {"number": number}


EXPECTED = {
    "outcomes.index": Expectation(STAFF),
    "outcomes.of_event": Expectation(MANAGERS, of_event),
    "outcomes.new": Expectation(MANAGERS, of_event),
    "outcomes.new_of_relationship": Expectation(MANAGERS, of_relationship),
    "outcomes.report": Expectation({"delegate"}, of_relationship),
    "outcomes.edit": Expectation(MANAGERS, of_outcome),
    "outcomes.roles": Expectation(MANAGERS, of_outcome),
    "outcomes.join": Expectation(MANAGERS, of_join),
    "outcomes.decide": Expectation(MANAGERS, of_outcome),
    "outcomes.add_date": Expectation(MANAGERS, of_outcome),
    "outcomes.remove_date": Expectation(MANAGERS, of_date),
    "outcomes.add_evidence": Expectation(MANAGERS, of_outcome),
    "outcomes.verify": Expectation(MANAGERS, of_evidence),
    "outcomes.remove_evidence": Expectation(MANAGERS, of_evidence_alone),
    "outcomes.evidence_file": Expectation(MANAGERS, of_file),
}
