"""Dates that are more often a slip than true. Whoever enters one is asked; it is taken if they say that it is right."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events import i18n
from rbc_events.outcomes.models import DateKind
from rbc_events.partial_dates import Precision, end_of
from rbc_events.relationships.models import Relationship, StageKind


class Stated(NamedTuple):
    kind: DateKind
    on: date
    precision: Precision


def doubts(
    between: Relationship | None, stated: Iterable[Stated] = (), *, embargo: date | None = None, today: date
) -> list[Any]:
    """What to ask about, in its reader's words: dates before the parties first met, dates to come, an embargo that is
    over."""
    met, asked = first_met(between), list[Any]()
    for each in stated:
        if met is not None and end_of(each.on, each.precision) < met:
            asked.append(LazyString(_before, met))
        if each.on > today:
            asked.append(_l("This date is in the future."))
    if embargo is not None and embargo < today:
        asked.append(LazyString(_over, embargo))
    return asked


def _before(met: date) -> str:
    return _("This date lies before the first meeting (%(day)s).", day=i18n.day(met, style="medium"))


def _over(embargo: date) -> str:
    return _("The embargo is over already: %(day)s.", day=i18n.day(embargo, style="medium"))


def first_met(between: Relationship | None) -> date | None:
    stages = between.stages if between is not None else []
    return min((stage.on for stage in stages if stage.kind == StageKind.FIRST_MEETING and stage.on), default=None)
