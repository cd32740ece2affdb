"""A text found by meaning says by which of its words."""

import pytest

from rbc_events.matching import taxonomy
from rbc_events.matching.meaning import Meaning, by_meaning
from rbc_events.matching.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def table() -> Taxonomy:
    return taxonomy.load()


@pytest.mark.slow
def test_an_english_word_finds_the_japanese_one_with_its_sentence(table: Taxonomy) -> None:
    texts = [("ja", "センサーを作る会社です。退院後の遠隔モニタリングを提供します。")]
    assert by_meaning("remote monitoring", texts, table) == [
        Meaning("remote monitoring", "遠隔モニタリング", "退院後の遠隔モニタリングを提供します。", "ja")
    ]


def test_a_narrower_concept_counts_and_a_broader_one_does_not(table: Taxonomy) -> None:
    assert [each.found for each in by_meaning("tea", [("ja", "宇治の抹茶")], table)] == ["抹茶"]
    assert by_meaning("抹茶", [("en", "Black tea from Assam")], table) == []


def test_where_the_words_themselves_stand_there_is_nothing_to_explain(table: Taxonomy) -> None:
    texts = [("ja", "遠隔モニタリング"), ("en", "Remote monitoring for hospitals")]
    assert by_meaning("remote monitoring", texts, table) == []
    assert by_meaning("Beispiel GmbH", texts, table) == []
    assert by_meaning("", texts, table) == []
