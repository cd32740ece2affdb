"""Who takes part, and who may be seen and met, is asked of one module."""

import ast
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import rbc_events
from rbc_events.database import db
from rbc_events.registration.models import ConsentKind, Registration, RegistrationState
from rbc_events.registration.participation import (
    may_be_met,
    takes_part,
    taking_part,
    to_be_met,
    to_be_published,
)
from tests.factories import NOW, make_event, make_registration

PACKAGE = Path(rbc_events.__file__).parent
# Those that lead there, name it, or list registrations in it; none of them decides who takes part.
WHO_SPEAK_OF_IT = {
    "registration/models/registrations.py",
    "registration/participation.py",
    "registration/life.py",
    "registration/labels.py",
    "registration/quotas.py",
    "registration/joining.py",  # which of two registrations is further on
    "registration/taking_back.py",  # what taking an approval back does
    "registration/queries.py",
    "registration/blueprint.py",
    "samples/answering.py",
    "samples/seasons.py",
    "directory/recommending.py",  # whether an organisation took part in an event before
}
SHEETS = "sheet_import/"  # what a sheet says that an organisation's state is


@pytest.mark.slow
def test_no_other_module_looks_at_the_state_itself() -> None:
    speak = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                "RegistrationState.APPROVED",
                "State.APPROVED",
            ):
                speak.add(path.relative_to(PACKAGE).as_posix())
    assert {name for name in speak if not name.startswith(SHEETS)} - WHO_SPEAK_OF_IT == set()


@pytest.mark.parametrize("state", RegistrationState)
@pytest.mark.parametrize("consents", [(), (ConsentKind.SHARING,), (ConsentKind.PUBLICATION,), tuple(ConsentKind)])
def test_each_function_and_its_condition_say_the_same(app: Any, state: Any, consents: tuple[ConsentKind, ...]) -> None:
    event = make_event()
    since = NOW if state == RegistrationState.WAITLISTED else None
    registration = make_registration(event, state=state, consents=consents, waiting_since=since)
    approved = state == RegistrationState.APPROVED

    def found(condition: Any) -> bool:
        return registration in db.session.scalars(select(Registration).where(condition)).all()

    assert takes_part(registration) is found(taking_part(event)) is approved
    assert may_be_met(registration) is found(to_be_met(event)) is (approved and ConsentKind.SHARING in consents)
    assert found(to_be_published(event)) is (approved and ConsentKind.PUBLICATION in consents)
