"""What is refused as a passkey. That a real one works is seen in a browser: tests/browser/test_passkeys.py."""

import json
from dataclasses import replace
from typing import Any

import pytest

from rbc_events.accounts import passkeys
from rbc_events.accounts.models import Passkey
from rbc_events.clock import now as the_time
from rbc_events.database import db
from tests.factories import make_user

HOSTILE = [
    "",
    "{",
    "[]",
    "null",
    '"x"',
    "{}",
    '{"id": 7}',
    '{"id": "AAAAknow", "response": {}}',
    "💥" * 9000,
    "[" * 20_000,
]


@pytest.fixture
def known(app: Any) -> Passkey:
    row = Passkey(
        user_id=make_user().id,
        credential="AAAAknow",
        public_key="AAAA",
        sign_count=0,
        name="Phone",
        created_at=the_time(),
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_the_page_of_a_refused_passkey_takes_a_password(client: Any, known: Passkey) -> None:
    refused = client.post("/sign-in/passkey?next=/settings", data={"credential": "x"})
    assert refused.status_code == 422
    assert 'action="/sign-in?next=/settings"' in refused.text


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_is_no_answer_of_a_passkey_signs_nobody_in(client: Any, known: Passkey, answer: str) -> None:
    client.post("/sign-in/passkey/options")
    refused = client.post("/sign-in/passkey", data={"credential": answer}, headers={"Accept-Language": "en"})
    assert refused.status_code == 422
    assert "This passkey could not be used." in refused.text
    assert client.get("/settings").status_code == 302


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_is_no_new_passkey_is_not_kept(sign_in: Any, known: Passkey, answer: str) -> None:
    client = sign_in(known.user)
    client.post("/settings/passkeys/options")
    client.post("/settings/passkeys", data={"credential": answer, "name": "x" * 500})
    assert [row.credential for row in passkeys.passkeys_of(known.user)] == ["AAAAknow"]


def test_options_name_this_site_and_ask_the_device_who_unlocks_it(client: Any) -> None:
    options = json.loads(client.post("/sign-in/passkey/options").text)
    assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
    assert client.post("/sign-in/passkey/options").text != json.dumps(options), "a challenge is used once"


def test_a_person_takes_away_only_their_own(sign_in: Any, known: Passkey) -> None:
    address, owner = f"/settings/passkeys/{known.id}/remove", known.user
    assert sign_in(make_user()).post(address).status_code == 404
    assert sign_in(owner).post(address).status_code == 302
    assert passkeys.passkeys_of(owner) == []


def test_a_site_that_is_reached_by_a_number_offers_none(app: Any, client: Any) -> None:
    app.config["RBC"] = replace(app.config["RBC"], base_url="http://127.0.0.1:8000")
    assert "data-passkey" not in client.get("/sign-in").text
    assert client.post("/sign-in/passkey/options").status_code == 404
