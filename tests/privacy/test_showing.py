"""What is held on a person, as the page tells it: in words, in the reader's language."""

import re
from typing import Any

from rbc_events.database import db
from rbc_events.i18n import in_language
from rbc_events.privacy.exporting import export_person
from rbc_events.privacy.labels import COLUMNS, TABLES
from rbc_events.privacy.people import find_person
from rbc_events.privacy.showing import in_words
from tests.factories import NOW, make_event, make_registration


def test_each_part_of_what_is_held_has_a_name(app: Any) -> None:
    assert set(export_person(find_person("nobody@people.example"))) == set(TABLES)


def test_the_page_speaks_the_readers_language_and_not_the_databases(app: Any, sign_in: Any) -> None:
    delegate = make_registration(make_event()).delegates[0]
    db.session.commit()
    browser = sign_in(delegate.user)
    browser.post("/language/ja")
    page = browser.get("/settings/my-data").text
    names = re.findall(r"<dt>([^<]*)</dt>", page)
    assert len(names) > 5
    assert not set(names) & set(COLUMNS)
    assert "メールアドレス" in names
    assert not re.search(r"<dd>[^<]*\dT\d|<dd>(True|False)</dd>", page)


def test_instants_answers_and_lists_are_told_in_words() -> None:
    held = {"account": [{"email": "a@people.example", "active": True, "created_at": NOW.isoformat(), "id": 7}]}
    with in_language("en"):
        [part] = in_words(held)
    assert [text for _name, text in part.rows[0]][:2] == ["a@people.example", "Yes"]
    assert str(NOW.year) in part.rows[0][2][1]
    assert len(part.rows[0]) == 3, "a number says nothing to a person"
