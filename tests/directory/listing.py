"""Organisations as the directory lists them."""

from typing import Any

from rbc_events.events.models import Event
from rbc_events.registration.models import Registration, Statement, StatementKind
from tests import factories


def make_listed(event: Event, name: str, *, offers: str = "", needs: str = "", **fields: Any) -> Registration:
    """An approved organisation that agreed to be seen by participants. `fields` of it or of its profile."""
    profile = {key: fields.pop(key) for key in ("summary_ja", "stage", "languages", "target_regions") if key in fields}
    organisation = factories.make_organisation(name, **fields)
    for key, value in profile.items():
        setattr(organisation.profile, key, value)
    for kind, text in ((StatementKind.OFFER, offers), (StatementKind.NEED, needs)):
        if text:
            organisation.statements.append(Statement(kind=kind, text_ja=text))
    return factories.make_registration(event, organisation)
