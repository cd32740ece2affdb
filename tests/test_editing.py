"""Two people open the same form and both save: the second is told, keeps what was typed, and sees what the first saved.

Every route that takes a POST is listed here: as a form that edits rows, with a field to try it by, or among those that
have nothing to overwrite. One that nobody listed fails.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from rbc_events import clock
from rbc_events.database import db
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.own_times import set_own_time
from tests.forms import form_with
from tests.permissions.test_every_route import EXPECTED
from tests.world import World


@dataclass(frozen=True)
class Edit:
    """`field` is changed to `first` by one person and to `second` by another. `values` fills the address where it isn't
    the one of tests/permissions; `page` shows the form where the route itself doesn't."""

    field: str
    first: str = "First"
    second: str = "Second"
    values: dict[str, Any] | None = None
    page: str = ""
    extra: tuple[tuple[str, str], ...] = ()


def step(name: str, field: str, first: str = "First", second: str = "Second") -> Edit:
    return Edit(field, first, second, values={"step": name})


EDITS = {
    "events.edit_programme": [Edit("name_en")],
    "events.edit_event": [Edit("venue_en")],
    "events.block": [Edit("name_en")],
    "events.sector": [Edit("name_en")],
    "events.region": [Edit("name_en")],
    "events.site": [Edit("imprint_en"), Edit("colour", "#0b5a7a", "#7a0b5a")],
    "events.site_of_event": [Edit("privacy_en")],
    "events.place": [Edit("name_en"), Edit("join_url", "https://first.example/", "https://second.example/")],
    "mail.wording": [Edit("subject_en", extra=(("action", "save"),))],
    "meetings.rules": [Edit("request_days", "3", "4"), Edit("caps-university", "5", "6")],
    "meetings.record": [Edit("minutes")],
    "meetings.interpreters_edit": [Edit("note"), Edit("most_minutes", "100", "200")],
    "timetable.details": [Edit("length", "2", "3", page="timetable.move")],
    "timetable.set_time": [Edit("own_place"), Edit("minutes", "30", "40")],
    "outcomes.edit": [Edit("subject_en")],
    "outcomes.roles": [Edit("role_en_0")],
    "cases.edit": [Edit("title_en"), Edit("origin_en", "approved", "machine")],
    "cases.fact": [Edit("text_en")],
    "relationships.next_step": [Edit("next_step", page="relationships.show")],
    "relationships.change_state": [Edit("state_reason", page="relationships.show")],
    "registration.person": [Edit("title"), Edit("time_zone", "Asia/Tokyo", "Europe/Paris")],
    "registration.question": [Edit("label_en"), Edit("help_en")],
    "registration.group": [Edit("group_name", page="registration.screen")],
    "registration.quotas": [Edit("university", "3", "4")],
    "seasons.hours": [Edit("days_off", "2027-01-05", "2027-01-06"), Edit("until_0", "16:00", "18:00")],
    "seasons.own_hours": [Edit("days_off", "2027-01-05", "2027-01-06")],
    "seeds.edit": [Edit("title_en"), Edit("confidential_en"), Edit("patent_numbers", "JP 7123456", "WO 2020/123456")],
    "seeds.person": [Edit("given_latin")],
    "registration.step": [
        step("organisation", "name_latin"),
        step("profile", "summary_en"),
        step("offers", "need_en"),
        step("availability", "capacity", "2", "3"),
    ],
}
NEW = "adds a row, or does one thing to it: there is no form made from what others may have changed"
OWN = "the person's own account, mark or opinion, which nobody else edits"
CHECKED = "checks the state it was asked in by itself, and refuses with 409"
NO_EDIT = {
    NEW: {
        "privacy.erase", "privacy.people",
        "follow_ups.answer", "accounts.forgotten", "accounts.set_password", "accounts.sign_in", "accounts.sign_out",
        "accounts.mailed_link", "accounts.sign_in_by_link", "accounts.passkey_options", "accounts.sign_in_by_passkey",
        "cases.new", "cases.publish", "cases.withdraw", "sheet_import.check", "sheet_import.upload",
        "sheet_export.export",
        "cases.facts", "cases.remove_fact", "cases.move_fact", "cases.new_picture", "cases.remove_picture",
        "cases.approvals", "cases.taken_back", "cases.take_back", "cases.partner_takes_back",
        "meetings.interpreters_add", "meetings.interpreters_remove", "meetings.ledger_catch_up", "mail.again",
        "mail.other_again", "mail.unsubscribe", "events.days", "events.new_event", "events.new_programme",
        "events.places", "events.remove_block", "events.remove_day", "events.copy_event", "events.close_place",
        "events.remove_event",
        "events.open_place_again", "events.remove_sector", "events.remove_region",
        "events.copy_day", "events.announce", "events.sectors", "events.regions",
        "events.remove_place", "meetings.propose", "meetings.request_meeting",
        "outcomes.add_date", "outcomes.add_evidence", "outcomes.join", "outcomes.new", "outcomes.remove_date",
        "outcomes.remove_evidence",
        "meetings.printing_start", "meetings.printing_stop", "registration.ask_organisation",
        "registration.booth", "registration.busy_from_calendar", "registration.change_question", "registration.confirm",
        "registration.meeting_rules", "registration.remove_meeting_rule",
        "registration.consent", "registration.files", "registration.invitations", "registration.invite_person",
        "registration.join", "registration.join_colleagues",
        "registration.colleagues",
        "registration.mail_again", "registration.move_waiting", "registration.people",
        "registration.question_list", "registration.remove_file", "registration.remove_person",
        "registration.standard_questions", "registration.start", "registration.start_for", "events.staff",
        "events.staff_remove", "meetings.subscribing_open_address", "meetings.subscribing_revoke",
        "timetable.rivals", "timetable.rivals_remove", "timetable.conditions_add", "timetable.conditions_remove",
        "seasons.offer", "seasons.answer", "seasons.batch",
        "timetable.arrange", "timetable.start_run", "relationships.add_note", "relationships.add_task",
        "relationships.begin",
        "relationships.partner_note", "relationships.partner_stage", "relationships.report_stage",
        "relationships.take_up", "outcomes.new_of_relationship", "outcomes.report",
        "reports.printing_start", "reports.printing_stop", "seeds.new", "seeds.people", "seeds.remove_person",
        "seeds.publish", "seeds.withdraw",
        "day.walk_in", "day.print_badges", "day.revoke_badge", "day.boards", "day.revoke_board",
        "day.messages", "day.thread", "day.own_thread",
    },
    OWN: {
        "privacy.ask", "privacy.stay",
        "accounts.choose_language", "accounts.choose_time_zone", "accounts.settings", "accounts.change_password",
        "accounts.sign_out_elsewhere", "accounts.end_sign_in", "accounts.second_step", "accounts.second_factor",
        "accounts.remove_second_factor", "accounts.change_address", "accounts.keep_address", "accounts.confirm_change",
        "accounts.new_passkey_options", "accounts.add_passkey", "accounts.remove_passkey", "mail.preferences",
        "directory.bookmark",
        "directory.delete_search", "directory.judge", "directory.searches", "meetings.rate", "meetings.veto",
        "meetings.attend", "day.late", "day.note", "day.hours", "day.cannot",
        "registration.keep", "registration.score",
    },
    CHECKED: {
        "outcomes.verify", "cases.approval",
        "timetable.left_out_cheapest_change", "meetings.answer", "meetings.cancel", "meetings.withdraw",
        "meetings.answer_by_link", "meetings.answer_decline", "meetings.answer_settle", "timetable.proposal_move",
        "meetings.mail_take", "meetings.mail_other_time", "meetings.mail_reply", "meetings.mail_forward",
        "timetable.publishing_confirm", "registration.claim", "registration.decide", "registration.merge",
        "registration.take_back",
        "registration.send", "registration.withdraw",
        "registration.change_colleague",
        "registration.bring_back", "timetable.apply_run", "timetable.cancel_run", "timetable.dropping_out",
        "timetable.move",
        "timetable.pin", "timetable.redo", "timetable.remove", "timetable.swap", "timetable.undo",
        "seasons.withdraw", "relationships.finish_task",
        "follow_ups.take_over", "outcomes.decide",
        "day.mark", "day.mark_one", "day.move", "day.swap", "day.free",
        "day.desk", "day.check_in", "day.take_back",
    },
}  # fmt: skip
CASES = [(endpoint, edit) for endpoint, edits in EDITS.items() for edit in edits]


def posts(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}


def test_every_route_that_takes_a_form_is_listed(app: Flask) -> None:
    listed = {*EDITS, *(endpoint for endpoints in NO_EDIT.values() for endpoint in endpoints)}
    assert sorted(posts(app) - listed) == [], "does it edit rows that others may change? Then it belongs into EDITS"
    assert sorted(listed - posts(app)) == [], "these routes are gone"


def addresses(endpoint: str, edit: Edit, app: Flask, world: World) -> tuple[str, str]:
    values = {**EXPECTED[endpoint].values(world), **(edit.values or {})}
    if endpoint == "meetings.record":
        slot, place = world.event.slots[0], world.event.places[0]
        meeting = world.extra["meeting"]
        place_meeting(meeting, slot=slot, place=place, now=clock.now())
        meeting.starts_at, meeting.ends_at = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
    if endpoint == "timetable.set_time":
        begins = world.event.slots[-1].ends_at + timedelta(hours=3)
        times = {"starts_at": begins, "ends_at": begins + timedelta(hours=1), "now": clock.now()}
        set_own_time(world.extra["meeting"], own_place="Somewhere", **times)
    db.session.commit()
    with app.test_request_context():
        url = app.url_for(endpoint, **values)
        return (app.url_for(edit.page, **values) if edit.page else url), url


def shown(page: str, field: str) -> str:
    return form_with(page, field)[field][0]


@pytest.mark.slow
@pytest.mark.parametrize(("endpoint", "edit"), CASES, ids=lambda each: getattr(each, "field", each))
def test_who_saves_second_is_told_and_keeps_what_was_typed(
    endpoint: str, edit: Edit, app: Flask, world: World, sign_in: Any
) -> None:
    page, url = addresses(endpoint, edit, app, world)
    client = sign_in(world.people["headquarters"])
    one, two = (form_with(client.get(page).text, edit.field) for _copy in range(2))
    assert client.post(url, data={**one, edit.field: edit.first, **dict(edit.extra)}).status_code == 302

    refused = client.post(url, data={**two, edit.field: edit.second, **dict(edit.extra)})
    assert refused.status_code == 409
    assert shown(client.get(page).text, edit.field) == edit.first, "nothing has been overwritten"
    assert shown(refused.text, edit.field) == edit.second, "what was typed is kept"
    assert "Somebody else saved this" in refused.text
    beside = re.findall(r'class="saved-meanwhile"[^>]*>[^<]*<span>([^<]*)', refused.text)
    assert len(beside) == 1, "the one field that differs, and no other"
    assert edit.page or edit.first in beside[0] or edit.field == "time_zone"

    again = {**form_with(refused.text, edit.field), **dict(edit.extra)}
    assert client.post(url, data=again).status_code == 302, "saving once more is on purpose"
    assert shown(client.get(page).text, edit.field) == edit.second


@pytest.mark.slow
@pytest.mark.parametrize(("endpoint", "edit"), CASES, ids=lambda each: getattr(each, "field", each))
def test_who_saves_alone_is_never_stopped(endpoint: str, edit: Edit, app: Flask, world: World, sign_in: Any) -> None:
    page, url = addresses(endpoint, edit, app, world)
    client = sign_in(world.people["headquarters"])
    for text in (edit.first, edit.second, edit.first):
        data = {**form_with(client.get(page).text, edit.field), edit.field: text, **dict(edit.extra)}
        response = client.post(url, data=data)
        assert response.status_code == 302, response.text


def test_what_two_people_changed_in_different_fields_is_all_kept(app: Flask, world: World, sign_in: Any) -> None:
    client = sign_in(world.people["headquarters"])
    url = f"/manage/events/{world.event.key}/places/{world.event.places[0].id}"
    one, two = (form_with(client.get(url).text, "name_en") for _copy in range(2))
    client.post(url, data={**one, "name_en": "Theirs", "name_ja": "先"})
    refused = client.post(url, data={**two, "join_url": "https://mine.example/", "name_ja": "後"})
    assert refused.status_code == 409
    assert client.post(url, data=form_with(refused.text, "name_en")).status_code == 302
    place = world.event.places[0]
    assert (place.name_en, place.name_ja, place.join_url) == ("Theirs", "後", "https://mine.example/")


def test_an_answer_that_changes_nothing_in_the_form_stops_nobody(app: Flask, world: World, sign_in: Any) -> None:
    """The event's version rises with every block and meeting; its settings have not been changed by that."""
    client = sign_in(world.people["headquarters"])
    url = f"/manage/events/{world.event.key}/settings"
    data = form_with(client.get(url).text, "venue_en")
    world.event.revision += 1
    db.session.commit()
    assert client.post(url, data={**data, "venue_en": "Sendai"}).status_code == 302


def test_a_faulty_digest_is_taken_for_none(app: Flask, world: World, sign_in: Any) -> None:
    client = sign_in(world.people["headquarters"])
    url, data = f"/events/{world.event.key}/quotas", {"university": "3"}
    for seen in ("", "x", "[]", "{", "7", "[" * 100_000, '{"university": 5}', '{"other": "x"}'):
        assert client.post(url, data={**data, "seen": seen}).status_code in (302, 409)
