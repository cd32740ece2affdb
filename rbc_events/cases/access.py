"""Who may see and change support cases."""

from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import select

from rbc_events.accounts.access import is_headquarters, require
from rbc_events.cases.models import SupportCase
from rbc_events.database import db
from rbc_events.outcomes.access import may_edit_outcome


def may_edit_case(actor: Any, case: SupportCase) -> bool:
    """Headquarters, and whoever manages the event of every outcome that the case tells of."""
    if is_headquarters(actor):
        return True
    return bool(case.outcomes) and all(may_edit_outcome(actor, outcome) for outcome in case.outcomes)


def find_case(key: str) -> SupportCase:
    case = db.session.scalar(select(SupportCase).where(SupportCase.key == key))
    if case is None:
        abort(404)
    return case


def load_case(key: str) -> SupportCase:
    """A published case; one that isn't published yet only for those who write it."""
    case = find_case(key)
    if case.published_at is None and not may_edit_case(current_user, case):
        abort(404)
    return case


def load_edited_case(key: str) -> SupportCase:
    case = find_case(key)
    require(may_edit_case(current_user, case))
    return case
