"""Hostile text through the forms of accounts and registration, and back out: kept as it was typed, or refused beside
its field with what was typed still there; never a fault of ours."""

from dataclasses import dataclass
from typing import Any

import pytest

from rbc_events.clock import now as the_time
from rbc_events.registration.models import RegistrationState
from tests.calendars.hostile import strings
from tests.factories import make_event, make_registration
from tests.forms import form_with
from tests.registration.pages import START, STEPS


@dataclass(frozen=True)
class Asked:
    """A form: its address, what else is sent with it, and the fields that take the text."""

    url: str
    data: dict[str, Any]
    fields: tuple[str, ...]
    shows: bool = True  # what was saved stands in the form again


def forms(event: Any, registration: Any) -> list[Asked]:
    base = f"/registrations/{registration.id}"
    texts = tuple(f"{name}_{code}" for name in ("summary", "technology", "social_issue") for code in ("ja", "en"))
    names = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana")
    person = {"email": registration.delegates[0].email, "language": "en", "contact": "y"}
    return [
        Asked(f"/events/{event.key}/register", {**START, "country": "DE"}, ("name_native", *names[:2]), shows=False),
        Asked(f"{base}/organisation", STEPS["organisation"], ("name_native", "name_latin")),
        Asked(f"{base}/profile", STEPS["profile"], texts),
        Asked(f"{base}/people/{registration.delegates[0].id}", person, (*names, "title")),
        Asked("/settings", {"language": "en", "time_zone": "Asia/Tokyo"}, names),
    ]


def shown(page: str, asked: Asked) -> dict[str, str]:
    form = form_with(page, asked.fields[0])
    return {name: form[name][0] for name in asked.fields if name in form}


def same(one: str, other: str) -> bool:
    """As browsers send and show it: each line break is one, blanks around it are nothing."""
    return " ".join(one.split()) == " ".join(other.split())


@pytest.mark.slow
@pytest.mark.parametrize("number", range(5))
def test_hostile_text_is_kept_or_refused_and_never_a_fault_of_ours(number: int, app: Any, sign_in: Any) -> None:
    event = make_event(slots=1, registration_opens_at=the_time())
    registration = make_registration(event, state=RegistrationState.DRAFT)
    asked = forms(event, registration)[number]
    client = app.test_client() if number == 0 else sign_in(registration.delegates[0].user)
    wrong, kept = [], 0
    for key, text in enumerate(strings()):
        sendable = text.encode("utf-8", "replace").decode()  # as a browser would
        data = {**asked.data, **dict.fromkeys(asked.fields, sendable), "form_key": f"hostile-{key}"}
        answer = client.post(asked.url, data=data)
        if answer.status_code not in (302, 422):
            wrong.append((answer.status_code, text[:60]))
            continue
        kept += answer.status_code == 302
        if answer.status_code == 302 and not asked.shows:
            continue
        page = client.get(asked.url).text if answer.status_code == 302 else answer.text
        if "<main" not in page or "\x00" in sendable:
            continue
        back = shown(page, asked)
        wrong += [(name, text[:60], value[:60]) for name, value in back.items() if not same(value, sendable)]
    assert wrong == []
    assert kept > len(strings()) / 4, "much of it is text like any other"
