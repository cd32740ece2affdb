"""The catalogue is searched in both languages and narrowed down."""

from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.seeds.searching import Search, found
from tests.factories import NOW, make_organisation, make_region, make_seed


def numbers(**asked: Any) -> list[int]:
    return [seed.id for seed in db.session.scalars(found(Search(**asked)))]


@pytest.mark.parametrize("words", ["尿", "尿検査", "urine", "Urine test", '"urine test"', "urin"])
def test_a_seed_in_both_languages_is_found_in_either(app: Any, words: str) -> None:
    seed = make_seed(title_ja="紙の尿検査", title_en="A urine test on paper")
    make_seed(title_en="Heart sounds", title_ja="心音")
    assert numbers(words=words) == [seed.id]


def test_what_the_taxonomy_knows_is_found_across_the_languages(app: Any) -> None:
    japanese = make_seed(title_ja="人工知能の見本", title_en="-", keywords=["人工知能"])
    english = make_seed(title_ja="-", title_en="A sample of artificial intelligence")
    assert numbers(words="artificial intelligence") == numbers(words="人工知能") == [english.id, japanese.id]


def test_all_words_have_to_be_there(app: Any) -> None:
    seed = make_seed(title_en="Heart sounds", summary_en="at home")
    assert numbers(words="heart home") == [seed.id]
    assert numbers(words="heart hospital") == []
    assert numbers(words="100%") == []
    assert numbers(words="_") == numbers()


def test_the_catalogue_is_narrowed_down(app: Any) -> None:
    region = make_region()
    there = make_organisation("Sample There", country="JP", region_code=region.code)
    one = make_seed(there, field="healthcare", readiness=6, modes=["licence", "poc"])
    two = make_seed(readiness=3, modes=["joint_research"])
    make_seed(published_at=None)
    assert numbers() == [two.id, one.id]
    assert numbers(field="healthcare") == [one.id]
    assert numbers(readiness=4) == [one.id]
    assert numbers(mode="joint_research") == [two.id]
    assert numbers(organisation=there.id) == [one.id]
    assert numbers(region=region.code) == [one.id]


def test_the_page_is_read_with_the_same_number_of_queries(app: Any, client: Any) -> None:
    from tests.counting import count_statements

    make_seed(make_organisation("Sample A"))
    db.session.commit()
    client.get("/seeds")
    with count_statements() as one:
        client.get("/seeds")
    for number in range(5):
        make_seed(make_organisation(f"Sample {number}"), published_at=NOW)
    db.session.commit()
    with count_statements() as many:
        client.get("/seeds")
    assert len(one) == len(many)
    assert db.session.scalar(select(db.func.count()).select_from(db.metadata.tables["seeds"])) == 6
