"""Evidence of an outcome, its files, and its being verified by somebody else. Functions flush; the route commits."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events import file_types, kept_files
from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.errors import Conflict, Forbidden, Unacceptable
from rbc_events.kept_files import MEGABYTE
from rbc_events.outcomes import changes
from rbc_events.outcomes.models import Evidence, EvidenceFile, EvidenceKind, Outcome, Source

MOST_BYTES = 15 * MEGABYTE
MOST_FILES = 50  # of one outcome
ACCEPTED = frozenset({file_types.PDF, file_types.MAIL, *file_types.PICTURES})


class TooLarge(Unacceptable):
    message = _l("The file is too large: it may have 15 MB. A scan in grey at 200 dpi is smaller.")


class TooMany(Unacceptable):
    message = _l("An outcome may have 50 files. Please remove another one first.")


class NothingToVerify(Unacceptable):
    message = _l("There is no evidence to verify. Add it first.")


class OwnWork(Forbidden):
    message = _l("Somebody else has to verify this: you recorded or changed it, or its evidence.")


def examine(content: bytes) -> file_types.FileType:
    """What kind of file it is, if it may be kept. Called outside any transaction.

    Raises:
        file_types.NotAccepted, file_types.Unreadable, file_types.Runs
        confined.Busy
    """
    return file_types.examine(content, ACCEPTED)


def add_evidence(
    outcome: Outcome,
    *,
    kind: EvidenceKind,
    description: str,
    now: datetime,
    actor: User | None = None,
    source: Source | None = None,
) -> Evidence:
    """Say what an outcome rests on. What was verified before is no longer: there is more to look at."""
    with changes.kept(outcome, actor=actor, now=now):
        evidence = Evidence(outcome=outcome, kind=kind, description=description, source=source, recorded_at=now)
        evidence.recorded_by_id = actor.id if actor else None
        db.session.add(evidence)
        unverify(outcome)
    return evidence


def keep_file(evidence: Evidence, content: bytes, file_name: str, found: file_types.FileType, *, now: datetime) -> None:
    """Keep a file that was examined.

    Raises:
        TooMany
        kept_files.Full
    """
    there = select(func.count()).select_from(EvidenceFile).join(Evidence)
    if (db.session.scalar(there.where(Evidence.outcome_id == evidence.outcome_id)) or 0) >= MOST_FILES:
        raise TooMany
    name = kept_files.safe_name(file_name, found.ending)
    kept = EvidenceFile(evidence=evidence, file_name=name, media_type=found.media_type, created_at=now)
    kept_files.keep(kept, content)


def remove_evidence(evidence: Evidence, *, actor: User, now: datetime) -> None:
    """Take back evidence that was added by mistake, with its files."""
    outcome = evidence.outcome
    with changes.kept(outcome, actor=actor, now=now):
        outcome.evidence.remove(evidence)
        unverify(outcome)


def unverify(outcome: Outcome) -> None:
    """What was verified is no longer: something of it has changed, and whoever is looking at it has to look again."""
    outcome.verified_at = outcome.verified_by_id = None
    db.session.flush()


def has_hand_in(actor: Any, outcome: Outcome) -> bool:
    """Whether the actor recorded, reported or changed the outcome, or added evidence to it or took some away."""
    reported = (report.reported_by_id for report in outcome.reports)
    changed = (change.by_id for change in outcome.changes if change.field != changes.VERIFIED)
    added = (each.recorded_by_id for each in outcome.evidence)
    return actor.id in {outcome.recorded_by_id, *reported, *changed, *added}


def may_verify(actor: Any, outcome: Outcome) -> bool:
    return bool(outcome.evidence) and not outcome.verified_at and not has_hand_in(actor, outcome)


def mark(outcome: Outcome) -> str:
    """What tells whether anything that is verified has changed: the record, its dates, its evidence."""
    rows = (*outcome.dates, *outcome.evidence)
    return "-".join(str(number) for number in (outcome.version, len(outcome.dates), *(row.id for row in rows)))


def verify_outcome(outcome: Outcome, *, actor: User, now: datetime, seen: str | None = None) -> None:
    """Say that the evidence was looked at and bears the outcome out.

    Raises:
        Conflict: something was changed since `seen`, the `mark` that was looked at.
        NothingToVerify: there is no evidence to look at.
        OwnWork: it is the actor's own record or evidence.
    """
    if seen is not None and seen != mark(outcome):
        raise Conflict
    if not outcome.evidence:
        raise NothingToVerify
    if has_hand_in(actor, outcome):
        raise OwnWork
    with changes.kept(outcome, actor=actor, now=now):
        outcome.verified_at, outcome.verified_by_id = now, actor.id
