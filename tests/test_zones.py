"""Time zones: what browsers tell, which belong to a country, and whose zone a page's times are in."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.registration import mails
from rbc_events.registration.models import Registration
from rbc_events.sheet_import.engine import Importing, import_sheet
from rbc_events.sheet_import.kinds.organisations import ORGANISATIONS
from rbc_events.sheets import read_sheet
from rbc_events.zones import ZONES, canonical_zone, distinct_zones, fits_country, zone_names, zone_of_country
from tests.accounts.test_signing_in import PASSWORD, sign_in_as
from tests.factories import NOW, make_event, make_user


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("US/Pacific", "America/Los_Angeles"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("UTC", "UTC"),
        ("Mars/Base", ""),
        ("../../etc/passwd", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_browsers_zone_is_known_under_its_name_of_today(told: str | None, known: str) -> None:
    assert canonical_zone(told) == known


def test_a_zone_fits_a_country_whose_clocks_show_the_same() -> None:
    assert fits_country("Europe/Paris", "DE")
    assert fits_country("Atlantic/Canary", "ES")
    assert not fits_country("Asia/Tokyo", "ES")
    assert not fits_country("America/New_York", "JP")
    assert fits_country("Asia/Tokyo", "XK"), "of a country that the database has no zone of, nobody can say"


def test_a_country_has_the_zones_that_its_people_tell_apart() -> None:
    assert zone_of_country("JP") == "Asia/Tokyo"
    assert zone_of_country("DE") == "Europe/Berlin"
    assert zone_of_country("US") == zone_of_country("ES") == ""
    assert distinct_zones("US")[:2] == ("America/New_York", "America/Chicago")
    assert len(distinct_zones("US")) == 8
    assert set(zone_names()) <= ZONES


def times(client: Any, event: Any) -> str:
    page: str = client.get(f"/events/{event.key}").text
    return page


def test_a_visitors_times_are_those_of_the_browser_and_a_choice_goes_before_it(client: Any) -> None:
    event = make_event()
    assert 'data-guessed-zone="Asia/Tokyo"' in times(client, event), "so that the browser asks once more"
    client.set_cookie("device_zone", "Europe/Madrid")
    assert "Below them: Madrid" in times(client, event)
    assert "data-guessed-zone" not in times(client, event)
    client.post("/time-zone", data={"time_zone": "America/New_York"})
    assert "Below them: New York" in times(client, event)


def test_a_browser_that_tells_nonsense_tells_nothing(client: Any) -> None:
    client.set_cookie("device_zone", '"><script>')
    assert "data-guessed-zone" in times(client, make_event())


def test_an_account_without_a_zone_takes_that_of_the_first_browser_and_keeps_it(app: Any, client: Any) -> None:
    user = make_user(password=PASSWORD)
    client.set_cookie("device_zone", "Europe/Madrid")
    sign_in_as(client, user.email, PASSWORD)
    assert user.time_zone == "Europe/Madrid"
    travelling = app.test_client()
    travelling.set_cookie("device_zone", "Asia/Tokyo")
    sign_in_as(travelling, user.email, PASSWORD)
    assert user.time_zone == "Europe/Madrid"
    assert "Below them: Madrid" in times(travelling, make_event())


def test_a_person_has_one_zone_wherever_it_is_chosen(client: Any) -> None:
    user, event = make_user(password=PASSWORD), make_event()
    client.post("/time-zone", data={"time_zone": "Asia/Seoul"})
    sign_in_as(client, user.email, PASSWORD)
    assert user.time_zone == "Asia/Seoul", "what the visitor chose"
    client.post("/time-zone", data={"time_zone": "Europe/Paris"})
    assert '<option value="Europe/Paris" selected>' in client.get("/settings").text
    client.post("/settings", data={"language": "en", "time_zone": "Europe/Helsinki"})
    assert "Below them: Helsinki" in times(client, event)


def test_an_organisation_of_a_sheet_reads_its_countrys_clock(app: Flask) -> None:
    event = make_event("fair")
    rows = ["FR", "US", "DE,Europe/Lisbon"]
    table = "external_key,kind,name_native,contact_email,country,time_zone\n" + "".join(
        f"o-{number},foreign_company,Sample {number},o{number}@sample.example,{row}{',' * ('Europe' not in row)}\n"
        for number, row in enumerate(rows)
    )
    assert import_sheet(ORGANISATIONS, read_sheet(table.encode()), Importing(now=NOW, event=event)).faults == []
    registrations = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    zones = [mails.account_for(each.delegates[0], now=NOW).time_zone for each in registrations]
    assert zones == ["Europe/Paris", "Asia/Tokyo", "Europe/Lisbon"]


def test_who_reads_english_and_has_no_kanji_begins_with_the_latin_name(app: Flask, sign_in: Any) -> None:
    user = make_user(family_kanji="", given_kanji="", family_kana="", given_kana="")
    db.session.commit()
    page = sign_in(user).get("/settings").text
    assert page.index('name="family_latin"') < page.index("Name in kanji and kana") < page.index('name="family_kanji"')
    japanese = sign_in(user, "ja").get("/settings").text
    assert japanese.index('name="family_kanji"') < japanese.index('name="family_latin"')
