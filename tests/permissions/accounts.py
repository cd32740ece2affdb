import secrets
from typing import Any

from rbc_events.accounts import operations
from rbc_events.accounts.addresses import ask_for_change
from rbc_events.accounts.models import LinkPurpose, Passkey
from rbc_events.clock import now
from rbc_events.database import db
from tests.permissions.expectations import EVERYBODY, SIGNED_IN, Expectation
from tests.world import World


def password_link(world: World) -> dict[str, Any]:
    return {"token": operations.issue_link(world.people["delegate"], LinkPurpose.SET_PASSWORD, now=now())}


def sign_in_link(world: World) -> dict[str, Any]:
    return {"token": operations.issue_link(world.people["delegate"], LinkPurpose.SIGN_IN, now=now())}


def change_link(world: World) -> dict[str, Any]:
    _change, tokens = ask_for_change(world.people["delegate"], "moved@people.example", now=now())
    return {"token": tokens["new"]}


def passkey(world: World) -> dict[str, Any]:
    key = Passkey(
        user_id=world.people["delegate"].id,
        credential=secrets.token_urlsafe(),
        public_key="",
        sign_count=0,
        name="Phone",
        created_at=now(),
    )
    db.session.add(key)
    db.session.flush()
    return {"number": key.id}


DELEGATE = frozenset({"delegate"})
EXPECTED = {
    "accounts.sign_in": Expectation(EVERYBODY),
    "accounts.sign_out": Expectation(EVERYBODY),
    "accounts.forgotten": Expectation(EVERYBODY),
    "accounts.set_password": Expectation(EVERYBODY, password_link),
    "accounts.mailed_link": Expectation(EVERYBODY),
    "accounts.sign_in_by_link": Expectation(EVERYBODY, sign_in_link),
    "accounts.passkey_options": Expectation(EVERYBODY),
    "accounts.sign_in_by_passkey": Expectation(EVERYBODY),
    "accounts.confirm_change": Expectation(EVERYBODY, change_link),
    "accounts.settings": Expectation(SIGNED_IN),
    "accounts.change_password": Expectation(SIGNED_IN),
    "accounts.sign_out_elsewhere": Expectation(SIGNED_IN),
    "accounts.second_step": Expectation(()),  # leads to the first step
    "accounts.second_factor": Expectation(SIGNED_IN),
    "accounts.remove_second_factor": Expectation(SIGNED_IN),
    "accounts.end_sign_in": Expectation(SIGNED_IN, lambda world: {"number": 1}),
    "accounts.change_address": Expectation(SIGNED_IN),
    "accounts.keep_address": Expectation(SIGNED_IN),
    "accounts.new_passkey_options": Expectation(SIGNED_IN),
    "accounts.add_passkey": Expectation(SIGNED_IN),
    "accounts.remove_passkey": Expectation(DELEGATE, passkey),
    "accounts.choose_language": Expectation(EVERYBODY, lambda world: {"language": "ja"}),
    "accounts.choose_time_zone": Expectation(EVERYBODY),
}
