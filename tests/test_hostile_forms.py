"""Hostile text through every form of the application and back out: taken, or refused with what was typed still there,
never a fault of ours and never markup; no route writes after its commit.

The forms are found by looking at every page of tests/permissions. A route that takes a POST and that no form with a
text field leads to is a button: it is listed here, and gets hostile values all the same.

    HOSTILE_STRINGS=list.json .venv/bin/python -m pytest tests/test_hostile_forms.py
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from rbc_events.agendas.fonts import build_fonts
from rbc_events.config import STATIC
from rbc_events.database import db
from tests.hostile_text import LIVE, same, sendable, strings
from tests.permissions.test_every_route import EXPECTED
from tests.world import World

PAGES = {
    "accounts.add_passkey": "accounts.settings",
    "events.copy_day": "events.days",
    "registration.group": "registration.screen",
    "relationships.change_state": "relationships.show",
    "relationships.next_step": "relationships.show",
}
"""Routes whose form stands on another page."""
BUTTONS = {
    "accounts.remove_second_factor", "accounts.second_step",
    "accounts.choose_language", "accounts.choose_time_zone", "accounts.confirm_change",
    "accounts.end_sign_in", "accounts.keep_address",
    "accounts.new_passkey_options", "accounts.passkey_options", "accounts.remove_passkey", "accounts.sign_in_by_link",
    "accounts.sign_in_by_passkey", "accounts.sign_out", "accounts.sign_out_elsewhere", "cases.approval",
    "cases.move_fact", "cases.partner_takes_back", "cases.publish", "cases.remove_fact", "cases.remove_picture",
    "cases.take_back", "cases.withdraw",
    "day.boards", "day.cannot", "day.check_in", "day.free", "day.hours", "day.late", "day.mark", "day.mark_one",
    "day.move", "day.print_badges", "day.revoke_badge", "day.revoke_board", "day.swap", "day.take_back",
    "directory.bookmark", "directory.delete_search", "directory.judge",
    "directory.searches", "events.announce", "events.open_place_again", "events.remove_block", "events.remove_day",
    "events.remove_event", "events.remove_place", "events.remove_region", "events.remove_sector", "events.staff_remove",
    "follow_ups.take_over", "mail.again", "mail.other_again", "mail.preferences", "mail.unsubscribe",
    "meetings.answer", "meetings.answer_by_link", "meetings.answer_decline", "meetings.answer_settle",
    "meetings.attend", "meetings.cancel", "meetings.interpreters_remove", "meetings.ledger_catch_up",
    "meetings.mail_other_time", "meetings.mail_take", "meetings.printing_start", "meetings.printing_stop",
    "meetings.rate", "meetings.record", "meetings.subscribing_open_address", "meetings.subscribing_revoke",
    "meetings.veto", "meetings.withdraw", "outcomes.decide", "outcomes.join", "outcomes.remove_date",
    "outcomes.remove_evidence", "outcomes.verify", "privacy.ask", "privacy.stay", "registration.ask_organisation",
    "registration.booth", "registration.bring_back", "registration.change_colleague", "registration.change_question",
    "registration.claim", "registration.confirm", "registration.consent", "registration.files",
    "registration.invitations", "registration.invite_person", "registration.join", "registration.join_colleagues",
    "registration.keep", "registration.mail_again", "registration.meeting_rules", "registration.merge",
    "registration.move_waiting", "registration.remove_file", "registration.remove_meeting_rule",
    "registration.remove_person", "registration.send", "registration.standard_questions", "registration.take_back",
    "registration.withdraw",
    "relationships.finish_task", "relationships.take_up", "reports.printing_start", "reports.printing_stop",
    "seeds.publish", "seeds.remove_person", "seeds.withdraw", "sheet_export.export", "sheet_import.upload",
    "seasons.answer", "seasons.withdraw", "timetable.apply_run", "timetable.cancel_run", "timetable.conditions_remove",
    "timetable.left_out_cheapest_change", "timetable.move", "timetable.pin", "timetable.proposal_move",
    "timetable.publishing_confirm", "timetable.redo", "timetable.remove", "timetable.rivals", "timetable.rivals_remove",
    "timetable.swap", "timetable.undo",
}  # fmt: skip
"""Without a field to type into, or with one that is there only at times: as that of a meeting that has begun."""
NOT_SHOWN = {"password", "again", "current", "header"}
"""Passwords; and the number of a sheet's row, which is put right to one that there is."""
AS = {"registration.colleagues": "delegate", "day.note": "delegate"}  # to whom alone the form is shown
QUERIES = {"directory.searches": {"q": "tea"}, "directory.index": {"q": "tea"}}
STEPS = ("organisation", "profile", "offers", "availability", "questions", "consents")
NOT_TYPED = {"hidden", "submit", "button", "file", "checkbox", "radio", "color"}


@dataclass
class Form:
    """A form of a page. `typed`: the names of the fields that take text."""

    url: str
    method: str
    data: dict[str, list[str]]
    typed: list[str]
    longest: dict[str, int] = field(default_factory=dict)  # what a browser lets be typed

    def leads_to(self, url: str) -> bool:
        return urlsplit(self.url).path == urlsplit(url).path


class _Reader(HTMLParser):
    """The forms of a page, with what a browser would send of each, in the page's order."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, list[Form]()
        self.ids: dict[str, Form] = {}
        self.form: Form | None = None
        self.area: tuple[Form, str, list[str]] | None = None
        self.select: tuple[Form, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "form":
            self.form = Form(urljoin(self.url, given.get("action", "")), given.get("method", "get").lower(), {}, [])
            self.forms.append(self.form)
            self.ids[given.get("id", "")] = self.form
        form = self.ids.get(given["form"]) if "form" in given else self.form
        if form is None or not name:
            self._option(tag, given)
        elif tag == "input" and (kind not in NOT_TYPED or kind == "hidden" or "checked" in given):
            form.data.setdefault(name, []).append(given.get("value", "y"))
            if kind not in NOT_TYPED:
                form.typed.append(name)
                form.longest[name] = int(given.get("maxlength") or 1_000_000)
        elif tag == "textarea":
            self.area = form, name, []
        elif tag == "select":
            self.select = form, name
        elif tag == "button":
            form.data.setdefault(name, [given.get("value", "")])

    def _option(self, tag: str, given: dict[str, str]) -> None:
        if tag == "option" and self.select is not None:
            form, name = self.select
            if name not in form.data or "selected" in given:
                form.data[name] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None:
            form, name, parts = self.area
            form.data.setdefault(name, []).append("".join(parts).removeprefix("\n"))
            form.typed.append(name)
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.form = None


def forms_of(url: str, page: str) -> list[Form]:
    reader = _Reader(url)
    reader.feed(page)
    return reader.forms


class Visitor:
    """Opens pages of tests/permissions as somebody who may, and sends their forms."""

    def __init__(self, app: Flask, world: World, sign_in: Any):
        self.app, self.world, self.sign_in = app, world, sign_in

    def client(self, endpoint: str) -> Any:
        """Of headquarters, if they may, else of the first who may; signed in anew, since a form may sign out."""
        allowed = EXPECTED[endpoint].writers or EXPECTED[endpoint].allowed or {"headquarters"}
        role = AS.get(endpoint, "headquarters" if "headquarters" in allowed else min(allowed))
        return self.app.test_client() if role == "public" else self.sign_in(self.world.people[role])

    def addresses(self, endpoint: str) -> list[tuple[str, str]]:
        """The page on which the form stands, and the address to which it is sent; a page has several steps."""
        values = EXPECTED[endpoint].values(self.world)
        db.session.commit()
        each = [{**values, "step": step} for step in STEPS] if endpoint == "registration.step" else [values]
        with self.app.test_request_context():
            url_for = self.app.url_for
            return [(url_for(PAGES.get(endpoint, endpoint), **one), url_for(endpoint, **one)) for one in each]

    def forms(self, endpoint: str, client: Any) -> Iterator[Form]:
        """Those with a text field that lead to the endpoint. Where only a POST is taken and no other page is named, of
        the page with which nothing but a POST is answered."""
        method = "GET" if PAGES.get(endpoint, endpoint) in of_method(self.app, "GET") else "POST"
        for page, target in self.addresses(endpoint):
            answer = client.open(page, method=method, query_string=QUERIES.get(endpoint))
            if answer.mimetype == "text/html":
                yield from (form for form in forms_of(page, answer.text) if form.typed and form.leads_to(target))


def of_method(app: Flask, method: str) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if method in (rule.methods or ())} - {"static"}


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    build_fonts(STATIC / "fonts")


@pytest.fixture
def visitor(app: Flask, world: World, sign_in: Any) -> Visitor:
    return Visitor(app, world, sign_in)


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", sorted(EXPECTED))
def test_every_form_with_a_text_field_is_found(endpoint: str, app: Flask, visitor: Visitor) -> None:
    if endpoint in of_method(app, "POST"):
        forms = [form for form in visitor.forms(endpoint, visitor.client(endpoint)) if form.method == "post"]
        assert bool(forms) is (endpoint not in BUTTONS), f"{len(forms)} forms: it belongs to BUTTONS, or not, or PAGES"


def check(answer: Any, form: Form, sent: dict[str, str]) -> list[str]:
    """What is wrong with the answer to hostile text."""
    if answer.status_code >= 500 and answer.status_code != 503:
        return [f"{answer.status_code}"]
    if answer.mimetype != "text/html":
        return []
    wrong = ["live markup"] if LIVE.search(answer.text) else []
    if answer.status_code in (409, 422) and form.method == "post":
        for other in forms_of(form.url, answer.text):
            if other.leads_to(form.url) and set(other.typed) >= set(sent):
                shown = {name: other.data[name][0] for name in sent}
                wrong += [
                    f"{name}: {sent[name][:40]!r} is {value[:40]!r}"
                    for name, value in shown.items()
                    if "\x00" not in sent[name] and name not in NOT_SHOWN and not same(value, sent[name])
                ]
                break
    return wrong


@pytest.mark.slow
@pytest.mark.usefixtures("one_writing_transaction")
@pytest.mark.parametrize("endpoint", sorted(EXPECTED))
def test_hostile_text_is_taken_or_refused_and_never_a_fault_of_ours(
    endpoint: str, app: Flask, visitor: Visitor
) -> None:
    wrong: list[Any] = []
    words = [sendable(text) for text in strings()]
    client = visitor.client(endpoint)
    for number in range(len(list(visitor.forms(endpoint, client)))):
        place = 0
        while place < len(words):
            client = visitor.client(endpoint)
            form = next((form for at, form in enumerate(visitor.forms(endpoint, client)) if at == number), None)
            if form is None:
                break  # what it was about is done, and its form gone
            names = list(dict.fromkeys(form.typed))
            typed = {name: words[(place + at) % len(words)] for at, name in enumerate(names)}
            sent = {name: text[: form.longest.get(name)] for name, text in typed.items()}
            place += len(names)
            send = {"query_string": sent} if form.method == "get" else {"data": {**form.data, **sent}}
            answer = client.open(form.url, method=form.method.upper(), **send)
            wrong += [(form.url, fault) for fault in check(answer, form, sent)]
            if answer.status_code in (302, 303):
                after = client.get(urljoin(form.url, answer.headers["Location"]))
                wrong += [(answer.headers["Location"], fault) for fault in check(after, form, {})]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.usefixtures("one_writing_transaction")
@pytest.mark.parametrize("endpoint", sorted(EXPECTED))
def test_hostile_values_in_what_is_not_typed_are_no_fault_of_ours(endpoint: str, app: Flask, visitor: Visitor) -> None:
    """Hidden fields, choices, buttons, and fields that the form doesn't have."""
    if endpoint not in of_method(app, "POST"):
        return
    names = {"next", "version", "revision", "form_key", "digest", "message", "kind", "decision", "name", "goes"}
    names |= {name for form in visitor.forms(endpoint, visitor.client(endpoint)) for name in form.data}
    for text in ("", "\x00", "-1", "99999999999999999999", '"><canary>', "あ" * 5000):
        for _page, url in visitor.addresses(endpoint):
            answer = visitor.client(endpoint).post(url, data=dict.fromkeys(sorted(names), text))
            assert check(answer, Form(url, "post", {}, []), {}) == [], (url, text[:20])
