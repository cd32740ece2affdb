"""The public pages of events: the list with its filters, and one event."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask.testing import FlaskClient

from rbc_events.events.models import BlockKind, Event
from rbc_events.events.operations import add_block
from rbc_events.events.queries import is_over
from rbc_events.events.strips import strips
from rbc_events.registration.models import OrganisationKind, RegistrationState
from tests.factories import make_event, make_organisation, make_programme, make_region, make_registration, make_sector


def host(event: Event, *regions: object) -> Event:
    event.hosts.extend(regions)
    return event


def test_the_list_is_narrowed_by_sector_year_and_region(client: FlaskClient):
    kyoto = make_region("260002", name_ja="京都府", name_en="Kyoto Prefecture")
    city = make_region("261009", name_ja="京都市", name_en="Kyoto City", parent_code="260002")
    food = make_sector("food")
    older = make_programme(fiscal_year=2021)
    host(make_event("in-the-city", name_en="In the city", sector=food), city)
    host(make_event("elsewhere", name_en="Elsewhere", programme=older), make_region())
    found = {
        query: [name for name in ("In the city", "Elsewhere") if f">{name}</a>" in client.get(f"/events?{query}").text]
        for query in ("", "sector=food", "year=2021", f"region={kyoto.code}", "sector=food&year=2021", "year=x")
    }
    assert found == {
        "": ["In the city", "Elsewhere"],
        "sector=food": ["In the city"],
        "year=2021": ["Elsewhere"],
        f"region={kyoto.code}": ["In the city"],
        "sector=food&year=2021": [],
        "year=x": ["In the city", "Elsewhere"],
    }
    assert "No event matches." in client.get("/events?sector=food&year=2021").text


def test_the_page_counts_approved_organisations_alone(client: FlaskClient):
    event = make_event("counted", reply_address="")
    for number in range(2):
        make_registration(event, make_organisation(f"French {number}"))
    make_registration(event, make_organisation("Japanese", kind=OrganisationKind.UNIVERSITY, country="JP"))
    make_registration(event, make_organisation("Waiting", country="FI"), state=RegistrationState.SUBMITTED)
    page = client.get("/events/counted").text
    assert "<strong>3</strong> organisations take part" in page
    assert "France" in page
    assert "Finland" not in page


def test_a_visitor_elsewhere_reads_both_clocks(client: FlaskClient):
    make_event("far")  # its slots begin at 09:00 in Tokyo on 9 February 2027
    assert "09:00–11:00" in client.get("/events/far").text
    client.post("/time-zone", data={"time_zone": "America/Los_Angeles"})
    page = client.get("/events/far").text
    assert "09:00–11:00" in page
    assert "Mon 8 Feb 16:00–18:00" in page


def test_the_number_of_queries_does_not_grow_with_participants(client: FlaskClient, count_queries: Callable):
    event = make_event("growing")
    make_registration(event)
    few = count_queries(client, "/events/growing")
    for _number in range(5):
        make_registration(event)
    assert count_queries(client, "/events/growing") == few


def test_strips_draw_each_slot_and_whole_breaks_between_the_same_hours(app: object):
    event = make_event(slots=2)  # 09:00-10:00 in Tokyo
    add_block(event, starts_at=datetime(2027, 2, 10, 1, 30, tzinfo=UTC), slot_minutes=45, slots=1, kind=BlockKind.BREAK)
    first, second = strips(event)
    assert [(strip.opens.hour, strip.closes.hour) for strip in (first, second)] == [(9, 12), (9, 12)]
    assert [(cell.kind, round(cell.x)) for cell in first.cells] == [(BlockKind.MEETINGS, 0), (BlockKind.MEETINGS, 17)]
    assert [(cell.kind, round(cell.x), round(cell.width)) for cell in second.cells] == [(BlockKind.BREAK, 50, 25)]
    assert strips(make_event(slots=0)) == []


def test_an_event_without_days_is_over_with_its_fiscal_year(app: object):
    event = make_event(programme=make_programme(fiscal_year=2022), starts_on=None, ends_on=None)
    assert not is_over(event, date(2023, 3, 31))
    assert is_over(event, date(2023, 4, 1))
