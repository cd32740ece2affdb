"""What a sheet noted for staff, and the way from one registration that waits to the next."""

from typing import Any

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.registration.models import RegistrationState
from tests.factories import make_event, make_registration, make_user


def test_staff_read_the_note_and_go_on_to_the_next_that_waits(app: Any, sign_in: Any) -> None:
    event = make_event("fair")
    first, second = (make_registration(event, state=RegistrationState.SUBMITTED) for _number in range(2))
    first.staff_note = "2日目は午後から\n駐車場"
    db.session.commit()
    staff = sign_in(make_user(Role.HEADQUARTERS))
    page = staff.get(f"/events/{event.key}/registrations/{first.id}").text
    assert "2日目は午後から" in page
    assert f"/events/{event.key}/registrations/{second.id}" in page
    second.state, second.decided_at = RegistrationState.DECLINED, event.slots[0].starts_at
    db.session.commit()
    assert "Next that waits for screening" not in staff.get(f"/events/{event.key}/registrations/{first.id}").text
