"""What strangers typed stands in mails as words: never as a link, a line or a header of its own."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import pytest
from jinja2.utils import urlize
from sqlalchemy import select

from rbc_events import cells
from rbc_events.calendars.content import WORD_JOINER, unlinked
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES
from rbc_events.mail.kinds import KINDS, OF_SEVERAL_LINES, as_typed
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.outbox.models import OutboxMessage
from tests.calendars.hostile import strings
from tests.factories import NOW, make_event

OURS = "https://rbc-events.example/x"
ADDRESSES = (
    "see https://evil.example/x", "HTTP://EVIL.EXAMPLE", "http://localhost", "www.evil.com", "evil.com",
    "evil.co.jp/a?b=c", "//evil.com/x", "ftp://evil.com", "mailto:a@evil.com", "a@evil.com", "tel:+81312345678",
    "javascript:alert(1)",
    "evil。com", "evil．com", "192.168.0.1", "https://evil.com\nhttps://evil.com", "<a href='https://evil.com'>x</a>",
    "[x](https://evil.com)", f"{OURS}.evil.com", f"{OURS}@evil.com", "\u202ehttps://moc.live", "evil.com" + "x" * 500,
)  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def linked_by_a_mail_program(text: str) -> list[str]:
    """What linkers make of a text: the one of Jinja, which knows schemes, mail addresses and www., and one that takes
    any two words with a dot for a domain."""
    by_jinja = re.findall(r'href="([^"]*)"', urlize(text))
    rough = re.findall(r"https?://\S+|\b[\w-]+\.[a-z]{2,}\b", text, re.IGNORECASE)
    return [unescape(found) for found in [*by_jinja, *rough]]


@dataclass
class Read:
    mail: Any
    plain: str
    html: str

    @classmethod
    def of(cls, content: bytes) -> "Read":
        mail = message_from_bytes(content, policy=policy.default)
        plain, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
        return cls(mail, plain, html)


def write(event: Event, kind: str, language: str, typed: list[str]) -> list[Read]:
    fields = [field for field in KINDS[kind].fields if field != "link"]
    notices = [
        Notice(
            kind=kind,
            occasion=f"{kind}:{language}:{number}",
            recipient=Person(name=text, address="taro@people.example"),
            language=language,
            values={**dict.fromkeys(fields, text), "link": OURS},
        )
        for number, text in enumerate(typed)
    ]
    event.reply_address = ""
    write_notices(event, notices, now=NOW)
    contents = db.session.scalars(select(OutboxMessage.content).order_by(OutboxMessage.id)).all()
    return [Read.of(content) for content in contents]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_typed_address_is_a_link_in_any_kind_of_mail(app: Any, kind: str) -> None:
    event = make_event(name_ja="見本", name_en="Sample")
    for read in write(event, kind, "en", list(ADDRESSES)):
        own = set(re.findall(r"http://localhost/(?:unsubscribe/\S+|events/event-\d+/privacy)", read.plain)) | {OURS}
        assert set(re.findall(r'href="([^"]*)"', read.html)) <= own
        left = read.plain
        for address in own:
            left = left.replace(f"\n{address}\n", "\n").replace(f" {address}\n", "\n")
        assert linked_by_a_mail_program(left) == []
        assert linked_by_a_mail_program(read.mail["Subject"] + read.mail["To"].addresses[0].display_name) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_inside_its_field(app: Any, language: str) -> None:
    event = make_event(name_ja="見本", name_en="Sample")
    kind, typed = "request_received", [*ADDRESSES, "A\r\nBcc: x@evil.com", "A\n\nPlease pay", *strings()]
    calm = {name: str(value) for name, value in write(event, kind, language, ["calm"])[0].mail.items()}
    for read in write(event, kind, language, typed)[1:]:
        assert set(read.mail.keys()) == set(calm), "no header of its own"
        assert len(read.mail["To"].addresses) == 1
        assert read.mail["To"].addresses[0].addr_spec == "taro@people.example"
        assert len(read.mail["To"].addresses[0].display_name) <= 300
        assert not CONTROL.search(read.plain.replace("\n", ""))
        assert set(re.findall(r'href="([^"]*)"', read.html)) <= {OURS, *re.findall(r"http://localhost/\S+", read.plain)}
        assert "<script" not in read.html.lower()


@pytest.mark.parametrize("text", [*ADDRESSES, "A\nB", "A\u2028B", "x" * 5000])
def test_a_value_of_one_line_is_one_line_and_not_longer_than_a_name(text: str) -> None:
    for field in {field for kind in KINDS.values() for field in kind.fields} - OF_SEVERAL_LINES:
        shown = as_typed(field, text).replace(WORD_JOINER, "")
        assert "\n" not in shown
        assert len(shown) <= (100 if field == "name" else 200)


@pytest.mark.parametrize(
    "text", ["St. John", "I. O.", "Ltd.", "12:30", "株式会社見本。", "です。次に", "Mihon / Sample", "10–11", "50/50"]
)
def test_words_that_no_program_takes_for_an_address_stay_as_they_are(text: str) -> None:
    assert unlinked(text) == text


def test_an_address_looks_as_it_was_typed() -> None:
    for text in ADDRESSES[:12]:
        assert unlinked(text).replace(WORD_JOINER, "") == text


def test_what_the_office_writes_keeps_its_links(app: Any) -> None:
    event = make_event()
    fields = {"kind": "approved", "recipient": Person(name="Taro", address="t@people.example"), "language": "en"}
    guide = "https://office.example/guide?a=1&b=2"
    notice = Notice(occasion="x", values={"message": f"See {guide}", "link": OURS}, links=frozenset({guide}), **fields)
    write_notices(event, [notice], now=NOW)
    read = Read.of(db.session.scalars(select(OutboxMessage.content)).one())
    notice_at = f"http://localhost/events/{event.key}/privacy"
    assert [unescape(found) for found in re.findall(r'href="([^"]*)"', read.html)] == [guide, OURS, notice_at]
    assert f"See {guide}\n" in read.plain


@pytest.mark.parametrize(
    "text",
    ["see https://evil.example", "www.evil.com", "WWW.evil.com", "http evil", "a@evil.com", "mailto:x", "a\nb",
     "a\u202eb", "a\x00b", "x" * 101],
)  # fmt: skip
def test_no_address_is_a_persons_name(text: str) -> None:
    with pytest.raises(cells.Unusable):
        cells.person_name(text)


@pytest.mark.parametrize("text", ["St. John", "I.O.", "Smith Jr.", "O'Neil-Müller", "山田", "", "Httpster", "Dr.Mihon"])
def test_real_names_of_people_pass(text: str) -> None:
    assert cells.person_name(text) == text


@pytest.mark.parametrize("text", ["A.com Inc.", "I.O.", "株式会社Sample.jp", "AT&T", "@home K.K.", "www.sample GmbH"])
def test_organisations_may_be_called_like_a_domain(text: str) -> None:
    assert cells.organisation_name(text) == text


@pytest.mark.parametrize("text", ["Pay at https://evil.com", "a\nb", "a\u2028b", "x" * 201])
def test_no_address_is_an_organisations_name(text: str) -> None:
    with pytest.raises(cells.Unusable):
        cells.organisation_name(text)


def test_a_name_that_is_an_address_is_refused_at_the_first_page_and_kept_in_the_field(client: Any, app: Any) -> None:
    event = make_event()
    form = {
        "kind": "startup",
        "name_native": "Mihon",
        "country": "FR",
        "email": "a@people.example",
        "family_latin": "Mihon",
        "given_latin": "see https://evil.example",
    }
    response = client.post(f"/events/{event.key}/register", data=form)
    assert response.status_code == 422
    assert "A name can&#39;t contain a web or mail address." in response.text
    assert 'value="see https://evil.example"' in response.text
    assert db.session.scalars(select(OutboxMessage)).all() == []
