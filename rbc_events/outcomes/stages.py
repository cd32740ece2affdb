"""The stage of a relationship that an outcome shows to have been reached.

It is offered to whoever may change the outcome, and not noted by itself: more people read stages than such an outcome.
"""

from rbc_events.outcomes.models import DateKind, Outcome, OutcomeState, OutcomeType
from rbc_events.partial_dates import write_partial_date
from rbc_events.relationships.models import StageKind

REACHED = {
    OutcomeType.NDA: StageKind.NDA,
    OutcomeType.MTA: StageKind.TRANSFER,
    OutcomeType.LOI_MOU: StageKind.LOI_MOU,
    OutcomeType.POC: StageKind.POC,
    **dict.fromkeys(
        (
            OutcomeType.JOINT_RESEARCH,
            OutcomeType.JOINT_DEVELOPMENT,
            OutcomeType.COLLABORATION,
            OutcomeType.LICENCE,
            OutcomeType.DISTRIBUTION,
            OutcomeType.MANUFACTURING,
            OutcomeType.INVESTMENT,
            OutcomeType.ACQUISITION,
            OutcomeType.JOINT_VENTURE,
        ),
        StageKind.AGREEMENT,
    ),
}


def stage_to_note(outcome: Outcome) -> StageKind | None:
    """The stage that the parties' relationship lacks, once the outcome is executed."""
    kind = REACHED.get(outcome.type)
    if outcome.between is None or outcome.state != OutcomeState.EXECUTED:
        return None
    return None if kind in {report.kind for report in outcome.between.stages} else kind


def signed_on(outcome: Outcome) -> str:
    """The day of signing that is shown, as it is typed into a form; empty where none is."""
    shown = [claim for claim in outcome.dates if claim.kind == DateKind.SIGNED and claim.shown]
    return write_partial_date(shown[0].on, shown[0].precision) if shown else ""
