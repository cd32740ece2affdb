"""A key belongs to whoever brought it: an event's sheets, an office, another system."""

from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.models import Region
from rbc_events.registration.models import ExternalKey, Organisation
from rbc_events.sheets import write_csv
from tests.factories import make_event
from tests.sheet_import.test_offices import last_run, organisations, send

COLUMNS = ["external_key", "kind", "name_native", "country", "contact_email"]


def row(key: str, name: str) -> list[str]:
    return [key, "local_company", name, "JP", "a@keys.example"]


def bring(staff: Any, event: Any, *rows: list[str], **fields: str) -> Any:
    """Import the rows, saying whose keys they are; gives the run."""
    address, _run = send(staff, event, write_csv(COLUMNS, rows), "list.csv")
    staff.post(address, data={"apply": "1", **fields})
    return last_run()


def keys() -> set[tuple[str, str, str]]:
    found = db.session.execute(
        select(ExternalKey.owner, ExternalKey.key, Organisation.name_native).join(ExternalKey.organisation)
    )
    return {(owner.partition(":")[0], key, name) for owner, key, name in found}


def test_keys_of_an_office_find_its_organisations_at_its_next_event(staff: Any, event: Any) -> None:
    event.hosts = [db.session.get_one(Region, "040002")]
    assert bring(staff, event, row("1", "架空工業株式会社"), keys="office").imported
    following = make_event("following", hosts=list(event.hosts))
    db.session.commit()
    run = bring(staff, following, row("1", "㈱架空工業"), keys="office")
    assert run.imported
    (organisation,) = organisations()
    assert {each.event_id for each in organisation.registrations} == {event.id, following.id}


def test_the_same_number_of_another_system_is_another_organisation(staff: Any, event: Any) -> None:
    assert bring(staff, event, row("1", "架空工業株式会社"), keys="").imported
    run = bring(staff, event, row("1", "試験商事株式会社"), keys="partner", partner="ＣＲＭ one")
    assert run.imported, run.report["faults"]
    assert [each.name_native for each in organisations()] == ["架空工業株式会社", "試験商事株式会社"]
    assert keys() == {("event", "1", "架空工業株式会社"), ("partner", "1", "試験商事株式会社")}
    again = bring(staff, event, row("1", "試験商事株式会社"), keys="partner", partner="CRM One")
    assert again.report["changes"] == {"unchanged": 1}


@pytest.mark.parametrize("whose", [{"keys": "office"}, {"keys": "partner", "partner": "CRM"}, {"keys": ""}])
def test_a_row_whose_name_does_not_fit_its_key_is_a_fault_with_both_names(
    staff: Any, event: Any, whose: dict[str, str]
) -> None:
    assert bring(staff, event, row("1", "架空工業株式会社"), **whose).imported
    run = bring(staff, event, row("1", "試験商事株式会社"), **whose)
    (fault,) = run.report["faults"]
    assert (fault["row"], fault["column"]) == (2, "external_key")
    for words in fault["message"].values():
        assert "架空工業株式会社" in words
        assert "試験商事株式会社" in words
    assert [each.name_native for each in organisations()] == ["架空工業株式会社"]


def test_delegates_are_named_by_the_keys_of_who_sends_them(staff: Any, event: Any) -> None:
    bring(staff, event, row("1", "架空工業株式会社"), keys="")
    bring(staff, event, row("1", "試験商事株式会社"), keys="partner", partner="CRM")
    people = write_csv(["external_key", "email", "family_kanji"], [["1", "b@keys.example", "試験"]])
    address, _run = send(staff, event, people, "people.csv", "delegates")
    staff.post(address, data={"apply": "1", "keys": "partner", "partner": "CRM"})
    assert last_run().imported
    first, second = organisations()
    assert [each.email for each in second.registrations[0].delegates] == ["a@keys.example", "b@keys.example"]
    assert [each.email for each in first.registrations[0].delegates] == ["a@keys.example"]


def test_the_page_asks_whose_keys_they_are_only_where_there_are_any(staff: Any, event: Any) -> None:
    address, _run = send(staff, event, write_csv(COLUMNS, [row("1", "架空工業株式会社")]), "list.csv")
    assert 'name="keys"' in staff.get(address).text
    without = [each[1:] for each in (COLUMNS, row("1", "架空工業株式会社"))]
    address, _run = send(staff, event, write_csv(without[0], without[1:]), "list.csv")
    assert 'name="keys"' not in staff.get(address).text
