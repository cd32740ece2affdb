"""What can be done with support cases. Functions flush; the route commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.cases.models import SupportCase
from rbc_events.database import conflict_as, db, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Programme
from rbc_events.outcomes.models import Outcome
from rbc_events.outcomes.operations import is_open


class CaseKeyTaken(Conflict):
    message = _l("This short name is taken.")


class NotReady(Unacceptable):
    message = _l("This case can't be published yet.")


@dataclass(frozen=True)
class Missing:
    """What keeps a support case from being published: texts (`summary_en`), outcomes not everybody may see yet, and
    outcomes whose grounds are told in one language alone."""

    texts: list[str]
    outcomes: list[Outcome]
    grounds: list[Outcome]

    def __bool__(self) -> bool:
        return bool(self.texts or self.outcomes or self.grounds)


def create_case(programme: Programme, *, outcomes: Sequence[Outcome], **fields: Any) -> SupportCase:
    """Begin a support case on outcomes; it is not public before it is published.

    Raises:
        CaseKeyTaken: another case has the key.
    """
    case = SupportCase(programme=programme, outcomes=list(outcomes), **fields)
    with conflict_as(CaseKeyTaken, "support_cases.key", "uq_support_cases_key"):
        db.session.add(case)
    return case


def update_case(case: SupportCase, *, seen_version: int | None, **fields: Any) -> None:
    """Change a support case.

    Raises:
        Conflict: it was changed since `seen_version`.
        CaseKeyTaken: another case has the key.
    """
    require_version(case, seen_version)
    with conflict_as(CaseKeyTaken, "support_cases.key", "uq_support_cases_key"):
        for name, value in fields.items():
            setattr(case, name, value)


def missing(case: SupportCase, *, today: date) -> Missing:
    """All that keeps the case from being published: it is shown in both languages, with outcomes open to everybody."""
    told = [name for name in ("background", "support") if getattr(case, name)]
    columns = (f"{name}_{code}" for name in ("title", "summary", *told, "result") for code in ("ja", "en"))
    return Missing(
        texts=[column for column in columns if not getattr(case, column)],
        grounds=[each for each in case.outcomes if bool(each.attribution_basis_ja) != bool(each.attribution_basis_en)],
        outcomes=[outcome for outcome in case.outcomes if not is_open(outcome, today=today)],
    )


def publish_case(case: SupportCase, *, now: datetime, today: date) -> None:
    """Show the case to everybody.

    Raises:
        NotReady: see `missing`.
    """
    if missing(case, today=today):
        raise NotReady
    case.published_at = now
    db.session.flush()


def withdraw_case(case: SupportCase) -> None:
    """Take the case off the public pages; nothing is deleted."""
    case.published_at = None
    db.session.flush()
