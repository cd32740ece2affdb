"""An office's event without days, and one of its staff."""

from datetime import date
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Region
from tests.factories import make_event, make_user


@pytest.fixture
def event(app: Any) -> Any:
    found = make_event("office", starts_on=date(2027, 2, 9), ends_on=date(2027, 2, 10))
    for code, kind, ja, en in (
        ("040002", "prefecture", "宮城県", "Miyagi"),
        ("041009", "municipality", "仙台市", "Sendai"),
    ):
        if db.session.get(Region, code) is None:
            db.session.add(Region(code=code, kind=kind, name_ja=ja, name_en=en))
    found.blocks.clear()
    db.session.commit()
    return found


@pytest.fixture
def staff(sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))
