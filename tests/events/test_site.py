"""What a site says of itself: notices, name, colour and logo, of the installation and of an event; and what search
engines and link previews read."""

import email
import email.policy
import io
import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from rbc_events.accounts.models import Role
from rbc_events.agendas.fonts import build_fonts
from rbc_events.clock import now as the_time
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.events.models import Event, Mode, Site
from rbc_events.events.routes import site as routes
from rbc_events.outbox.models import OutboxMessage
from tests.factories import make_event, make_user
from tests.forms import form_with
from tests.registration.pages import begin, mails, text_of
from tests.world import World

EN = {"Accept-Language": "en"}


@pytest.fixture
def headquarters(sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def page(client: Any, address: str) -> str:
    answer = client.get(address, headers=EN)
    assert answer.status_code == 200, address
    return str(answer.text)


def picture(form: str = "PNG", size: tuple[int, int] = (900, 300)) -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", size, "#c8102e").save(content, form)
    content.seek(0)
    return content


def save(client: Any, address: str = "/manage/site", **data: Any) -> Any:
    return client.post(address, data=data, content_type="multipart/form-data")


def test_an_events_notice_stands_before_the_installations(client: Any, headquarters: Any) -> None:
    event = make_event()
    assert "have not written this notice yet" in page(client, f"/events/{event.key}/privacy")
    save(headquarters, privacy_en="We keep <b>little</b>.\n\nAsk us.", imprint_en="Sample Office, Sendai")
    assert "We keep &lt;b&gt;little&lt;/b&gt;." in page(client, "/privacy")
    assert "We keep" in page(client, f"/events/{event.key}/privacy")
    save(headquarters, f"/manage/events/{event.key}/site", privacy_en="Here less.")
    assert "Here less." in page(client, f"/events/{event.key}/privacy")
    assert "Sample Office, Sendai" in page(client, f"/events/{event.key}/imprint")
    assert "We keep" in page(client, "/privacy")


def test_a_notice_says_how_long_people_are_kept(client: Any, headquarters: Any) -> None:
    event = make_event()
    save(headquarters, privacy_en="We keep you for {years} years.")
    assert "We keep you for 5 years." in page(client, f"/events/{event.key}/privacy")
    address = f"/manage/programmes/{event.programme.key}"
    shown = headquarters.get(address, headers=EN).text
    answer = headquarters.post(address, data=form_with(shown, "people_years") | {"people_years": "2"})
    assert answer.status_code == 302
    assert "We keep you for 2 years." in page(client, f"/events/{event.key}/privacy")
    assert "We keep you for 5 years." in page(client, "/privacy")
    refused = headquarters.post(
        address, data=form_with(headquarters.get(address).text, "people_years") | {"people_years": "0"}
    )
    assert refused.status_code == 422


def test_notices_are_linked_on_every_page_beside_the_consents_and_in_mails(client: Any) -> None:
    event = make_event(registration_opens_at=the_time())
    assert 'href="/privacy"' in page(client, "/")
    assert 'href="/imprint"' in client.get("/nowhere").text, "on pages of faults too"
    link = f'href="/events/{event.key}/privacy"'
    assert page(client, f"/events/{event.key}/register").count(link) == 2, "in the form, and at the foot"
    registration = begin(client, event)
    assert page(client, f"/registrations/{registration.id}/consents").count(link) >= 1
    assert f"Privacy notice: http://localhost/events/{event.key}/privacy" in text_of(mails("draft")[0])


def test_a_name_takes_the_place_of_the_softwares(client: Any, headquarters: Any) -> None:
    save(headquarters, name_en="Tohoku Meets", name_ja="東北商談会")
    assert "<title>Events · Tohoku Meets</title>" in page(client, "/events")
    assert "東北商談会" in client.get("/events", headers={"Accept-Language": "ja"}).text


def test_a_colour_that_cannot_be_read_is_refused_beside_its_field(client: Any, headquarters: Any) -> None:
    refused = save(headquarters, colour="#ffcc00")
    assert refused.status_code == 422
    assert "Too light to be read: its contrast is 1.3" in refused.text
    for nonsense in ("red", "#0b5a7a;} body{display:none}", "#fff"):
        assert save(headquarters, colour=nonsense).status_code == 422
    assert db.session.query(Site).count() == 0
    assert save(headquarters, colour="#C8102E").status_code == 302
    address = re.search(r'href="(/site/\d+/style.css[^"]*)"', page(client, "/"))
    assert address
    style = client.get(address[1])
    assert style.content_type.startswith("text/css")
    assert style.cache_control.public
    assert "--accent: #c8102e;" in style.text


def test_a_logo_is_drawn_anew_and_shown_to_everybody(client: Any, headquarters: Any) -> None:
    event = make_event()
    at_event = f"/manage/events/{event.key}/site"
    assert save(headquarters, at_event, logo=(picture(), "logo.png")).status_code == 302
    address = re.search(r'src="(/site/\d+/logo[^"]*)"', page(client, f"/events/{event.key}"))
    assert address
    shown = client.get(address[1])
    assert shown.content_type == "image/png"
    with Image.open(io.BytesIO(shown.data)) as drawn:
        assert drawn.size == (600, 200)
    assert "/site/" not in page(client, "/"), "the other pages have none"
    save(headquarters, at_event, imprint_en="Still there")
    assert client.get(address[1]).status_code == 200
    save(headquarters, at_event, no_logo="y")
    assert client.get(address[1]).status_code == 404


def test_mails_and_printed_agendas_have_the_events_colour_and_logo(
    client: Any, headquarters: Any, world: World, sign_in: Any
) -> None:
    at_event = f"/manage/events/{world.event.key}/site"
    save(headquarters, colour="#7a0b5a")
    assert "border-top:4px solid #7a0b5a" in html_of(begin_and_read(client, world.event, "one"))
    assert save(headquarters, at_event, colour="#c8102e", logo=(picture(), "logo.png")).status_code == 302
    shown = html_of(begin_and_read(client, world.event, "two"))
    assert "border-top:4px solid #c8102e" in shown
    address = re.search(r'<img src="http://localhost(/site/\d+/logo[^"]*)"', shown)
    assert address, shown
    assert client.get(address[1]).content_type == "image/png", "for everybody, signed in or not"
    build_fonts(STATIC / "fonts")
    printed = sign_in(world.people["delegate"]).get(f"/events/{world.event.key}/agenda.pdf")
    assert re.search(rb"/Subtype */Image", printed.data)
    save(headquarters, at_event, no_logo="y")
    plain = sign_in(world.people["delegate"]).get(f"/events/{world.event.key}/agenda.pdf")
    assert not re.search(rb"/Subtype */Image", plain.data)


def begin_and_read(client: Any, event: Event, key: str) -> OutboxMessage:
    event.registration_opens_at = the_time()
    db.session.commit()
    begin(client, event, form_key=key, email=f"{key}@mueller.example")
    return mails("draft")[-1]


def html_of(mail: OutboxMessage) -> str:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    body = message.get_body(("html",))
    assert body
    return str(body.get_content())


NO_PICTURES = (b"x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nxx", b"0" * 400_000)


@pytest.mark.parametrize("content", NO_PICTURES, ids=("text", "svg", "torn", "large"))
def test_what_is_no_picture_is_refused_and_nothing_is_saved(
    headquarters: Any, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_BYTES", 300_000)
    refused = save(headquarters, logo=(io.BytesIO(content), "logo.png"), imprint_en="typed")
    assert refused.status_code == 422
    assert "typed" in refused.text
    assert db.session.query(Site).count() == 0


class Blocks(HTMLParser):
    """The data blocks and the meta elements of a page, as a search engine's parser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[Any] = []
        self.meta: dict[str, str] = {}
        self.canonical = ""
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inside = tag == "script" and found.get("type") == "application/ld+json"
        if tag == "meta":
            self.meta[found.get("property") or found.get("name", "")] = found.get("content", "")
        if tag == "link" and found.get("rel") == "canonical":
            self.canonical = found["href"]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks.append(json.loads(data))
            self._inside = False


def test_search_engines_read_an_event(client: Any) -> None:
    words = {"venue_en": "Sample Hall", "address_en": "1 Mihon-cho", "description_en": "</script><b>"}
    event = make_event(slots=2, mode=Mode.HYBRID, **words)
    read = Blocks(page(client, f"/events/{event.key}?utm_source=x"))
    [data] = read.blocks
    assert data["@type"] == "BusinessEvent"
    assert data["startDate"] == "2027-02-09T09:00+09:00"
    assert data["location"][0]["name"] == "Sample Hall"
    assert data["location"][0]["address"]["streetAddress"] == "1 Mihon-cho"
    assert data["location"][1]["@type"] == "VirtualLocation"
    assert data["description"] == "</script><b>"
    assert read.canonical == read.meta["og:url"] == f"http://localhost/events/{event.key}"
    assert read.meta["og:title"] == event.name_en


def test_an_event_whose_days_are_not_known_or_that_is_not_announced_has_no_data(client: Any, headquarters: Any) -> None:
    assert Blocks(page(client, f"/events/{make_event(starts_on=None, ends_on=None).key}")).blocks == []
    hidden = make_event(visible=False)
    assert Blocks(page(headquarters, f"/events/{hidden.key}")).blocks == []


def test_the_map_of_the_site_names_what_is_for_everybody(client: Any) -> None:
    shown, hidden = make_event(), make_event(visible=False)
    tree = ElementTree.fromstring(page(client, "/sitemap.xml"))
    addresses = [each.text for each in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == len(set(addresses))
    assert f"http://localhost/events/{shown.key}" in addresses
    assert all(hidden.key not in str(address) for address in addresses)
    for address in addresses:
        assert client.get(str(address).removeprefix("http://localhost")).status_code == 200, address
    assert "Sitemap: http://localhost/sitemap.xml" in page(client, "/robots.txt")


def test_a_programmes_page_lists_its_events_that_everybody_may_see(client: Any, headquarters: Any) -> None:
    event = make_event()
    hidden = make_event(visible=False, programme=event.programme)
    shown = page(client, f"/programmes/{event.programme.key}")
    assert event.name_en in shown
    assert hidden.key not in shown
    assert hidden.key in page(headquarters, f"/programmes/{event.programme.key}")
    only_hidden = make_event(visible=False)
    assert client.get(f"/programmes/{only_hidden.programme.key}").status_code == 404
    assert client.get("/programmes/none").status_code == 404
