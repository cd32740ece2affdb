"""Where a published meeting is, for queries that read columns alone and join `Meeting.published_place`."""

from typing import Any

from sqlalchemy import ColumnElement, func

from rbc_events.events.models import Place
from rbc_events.meetings.models import Meeting


def _own_or(own: Any, column: Any) -> ColumnElement[str]:
    return func.coalesce(func.nullif(own, ""), column, "")


NAME_JA = _own_or(Meeting.published_own_place, Place.name_ja)
NAME_EN = _own_or(Meeting.published_own_place, Place.name_en)
LINK = _own_or(Meeting.published_own_link, Place.join_url)
