"""Who may see, view and manage support cases; see `events.access` for the words."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, or_, select, true

from rbc_events.accounts.access import Level, is_headquarters, require_level
from rbc_events.cases.models import CasePicture, SupportCase
from rbc_events.cases.telling import Text
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.errors import Closed
from rbc_events.i18n import TOKYO
from rbc_events.outcomes.access import may_manage_outcome, may_view_outcome, viewed_outcomes
from rbc_events.outcomes.models import Outcome


def may_see_case(actor: Any, case: SupportCase) -> bool:
    """Everybody sees what is published."""
    return case.published_at is not None or may_view_case(actor, case)


def seen_cases(actor: Any) -> ColumnElement[bool]:
    """The cases that the actor may see."""
    if is_headquarters(actor):
        return true()
    theirs = SupportCase.outcomes.any() & ~SupportCase.outcomes.any(~viewed_outcomes(actor))
    return or_(SupportCase.published_at.is_not(None), theirs)


def may_view_case(actor: Any, case: SupportCase) -> bool:
    """Headquarters, and staff of the event of every outcome that the case tells of."""
    return is_headquarters(actor) or _may_each(actor, case, may_view_outcome)


def may_manage_case(actor: Any, case: SupportCase) -> bool:
    return is_headquarters(actor) or _may_each(actor, case, may_manage_outcome)


def _may_each(actor: Any, case: SupportCase, allowed: Callable[[Any, Outcome], bool]) -> bool:
    return bool(case.outcomes) and all(allowed(actor, outcome) for outcome in case.outcomes)


def find_case(key: str) -> SupportCase:
    case = db.session.scalar(select(SupportCase).where(SupportCase.key == key))
    if case is None:
        abort(404)
    return case


class Withdrawn(Closed):
    title = _l("This case has been withdrawn")
    message = _l("It was told here, and no longer is: a party took back its consent, or the organisers withdrew it.")
    way_on = ("cases.index", _l("Support cases"))


def load_case(key: str) -> SupportCase:
    """The case if the actor may see it; 404 otherwise.

    Raises:
        Withdrawn: it was public at this address.
    """
    case = find_case(key)
    if not may_see_case(current_user, case):
        if case.withdrawn_at is not None:
            raise Withdrawn
        abort(404)
    return case


def load_shown_picture(case: SupportCase, text: Text) -> CasePicture:
    """The picture that a text of the case tells of; 404 where it tells of none."""
    told = text["picture"]
    found = db.session.get(CasePicture, told["id"]) if told else None
    return found if found is not None and found.case_id == case.id else abort(404)


def today() -> date:
    return now().astimezone(TOKYO).date()


def load_managed_case(key: str) -> SupportCase:
    """The case for staff: its page for all who may view it, its forms for those who manage it."""
    case = find_case(key)
    allowed = {Level.VIEW: may_view_case, Level.MANAGE: may_manage_case}
    require_level(lambda level: allowed[level](current_user, case))
    return case
