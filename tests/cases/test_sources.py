"""The sources of an event, and of a programme, on its page."""

from typing import Any

from rbc_events.outcomes.models import Source
from tests.factories import add, make_event


def test_an_event_names_its_sources_and_not_their_numbers(app: Any) -> None:
    make_event("own", source="0;23; A notice of the region;99")
    add(Source(number=0, title_en="Invest Japan Report"))
    add(Source(number=23, title_en="Newswitch", url="https://news.example/23"))
    page = app.test_client().get("/events/own", headers={"Accept-Language": "en"}).text
    for words in ("Invest Japan Report", 'href="https://news.example/23"', "A notice of the region"):
        assert words in page
    assert "0;23" not in page


def test_a_programme_names_its_sources_too(app: Any) -> None:
    programme = make_event("own").programme
    programme.source = "23; Annual report"
    add(Source(number=23, title_en="Newswitch", url="https://news.example/23"))
    page = app.test_client().get(f"/programmes/{programme.key}", headers={"Accept-Language": "en"}).text
    for words in ('href="https://news.example/23"', "Annual report"):
        assert words in page
