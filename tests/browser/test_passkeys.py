"""A passkey made and used in Chromium, whose virtual authenticator stands for the person's device."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from rbc_events.app import create_app
from rbc_events.database import db
from tests.browser.conftest import PATIENCE
from tests.conftest import make_config
from tests.factories import PASSWORD, make_user


@pytest.fixture
def page(chromium: Browser, migrated: Any, tmp_path: Any) -> Iterator[Page]:
    """A browser with an authenticator, at a site by name: by number there are no passkeys."""
    path = tmp_path / "passkeys.db"
    path.write_bytes(migrated.read_bytes())
    app = create_app(make_config(tmp_path, f"sqlite:///{path}"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["RBC"] = replace(app.config["RBC"], base_url=f"http://localhost:{server.port}")
    with app.app_context():
        make_user(email="anna@people.example", password=PASSWORD)
        db.session.commit()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = chromium.new_context(base_url=f"http://localhost:{server.port}", locale="en")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    yield page
    context.close()
    server.shutdown()
    thread.join()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_a_passkey_is_added_signs_in_and_can_be_taken_away(page: Page) -> None:
    page.goto("/sign-in?next=/settings")
    page.locator("[name=email]").fill("anna@people.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/settings")
    page.get_by_label("A new passkey's name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey has been added.").wait_for()
    assert page.get_by_text("My phone").count() == 1

    page.context.clear_cookies()
    page.goto("/sign-in?next=/settings")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/settings")

    page.get_by_role("button", name="Remove").click()
    page.get_by_text("The passkey has been removed.").wait_for()
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This passkey could not be used.").wait_for()
