"""Pages offer nobody a form or a button whose sending is refused them: each role's pages, with each form sent."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import has_request_context
from flask.testing import FlaskClient
from sqlalchemy import event

from rbc_events.accounts.access import LEVELS, Level
from rbc_events.accounts.models import Role
from rbc_events.database import db
from tests.permissions.test_every_route import EXPECTED
from tests.world import World

CONTROLS = {"button", "input", "select", "textarea"}


class Taken(Exception):
    """What was sent would have been kept."""


def is_refused(client: FlaskClient, url: str) -> bool:
    """Whether a form is refused for who sends it. Nothing is kept, so that the next one finds all as it was."""

    def stop(_session: Any) -> None:
        if has_request_context():  # the client itself commits what a test has written
            raise Taken

    event.listen(db.session, "before_commit", stop)
    try:
        return client.post(url).status_code in {401, 403}
    except Taken:
        return False
    finally:
        event.remove(db.session, "before_commit", stop)
        db.session.rollback()


class Offers(HTMLParser):
    """Where a page's POST forms go that one can fill in or send, and the pages that it links."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.form = url, ""
        self.forms: set[str] = set()
        self.links: set[str] = set()
        self.disabled: list[bool] = []  # the fieldsets around

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = urljoin(self.url, given.get("action") or self.url)
        elif tag == "a" and given.get("href", "").startswith("/"):
            self.links.add(given["href"].partition("#")[0])
        elif tag == "fieldset":
            self.disabled.append("disabled" in given)
        elif (
            tag in CONTROLS
            and self.form
            and not any((*self.disabled, "disabled" in given, given.get("type") == "hidden"))
        ):
            self.forms.add(urljoin(self.url, given["formaction"]) if "formaction" in given else self.form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = ""
        elif tag == "fieldset":
            self.disabled.pop()


def offered(client: FlaskClient, app: Any, world: World) -> tuple[dict[str, str], dict[str, str]]:
    """{address: a page that has it} of the forms, and of the links, of all pages that open to the client."""
    forms: dict[str, str] = {}
    links: dict[str, str] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in EXPECTED or "GET" not in rule.methods:
            continue
        with app.test_request_context():
            url = app.url_for(rule.endpoint, **EXPECTED[rule.endpoint].values(world))
        response = client.get(url)
        if response.status_code == 200 and response.mimetype == "text/html":
            offers = Offers(url)
            offers.feed(response.text)
            forms |= dict.fromkeys(offers.forms, rule.endpoint)
            links |= dict.fromkeys(offers.links, rule.endpoint)
    return forms, links


@pytest.mark.slow
@pytest.mark.parametrize("role", ["coordinator", "delegate", "interpreter", "reader"])
def test_no_page_offers_what_is_refused(
    role: str, app: Any, world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader looks at all that staff see, and changes nothing: see `test_read_only_role`."""
    if role == "reader":
        monkeypatch.setitem(LEVELS, Level.VIEW, LEVELS[Level.VIEW] | {Role.INTERPRETER})
    person = world.people.get("interpreter" if role == "reader" else role)
    client = app.test_client() if person is None else sign_in(person)
    forms, links = offered(client, app, world)
    assert [f"{page}: {url}" for url, page in forms.items() if is_refused(client, url)] == []
    assert [f"{page}: {url}" for url, page in links.items() if client.get(url).status_code in {401, 403, 404}] == []
