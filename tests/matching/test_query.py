"""What is typed into the search box becomes a question to either database."""

import sqlite3

import pytest

from rbc_events.matching import taxonomy
from rbc_events.matching.query import Phrase, fts5, index_document, parse, tsquery
from rbc_events.matching.taxonomy import Taxonomy

TEXTS = {
    1: "宇治の抹茶を使った菓子を海外で販売したい。",
    2: "Matcha sweets for the North American market.",
    3: "介護ロボットのメーカーです。",
    4: "Müller Robotik GmbH",
    5: "Snow removal by autonomous machines; 除雪の自動化",
    6: "AIによる画像診断",
    7: "ラジオ局と茶色の紙",
    8: "サンプル・オーロラ・レティナ GmbH",
    9: "高崎・九州事務所（国立見本）",
}


@pytest.fixture(scope="module")
def bundled() -> Taxonomy:
    return taxonomy.load()


@pytest.fixture(scope="module")
def index(bundled: Taxonomy) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE search USING fts5(words, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    )
    for number, text in TEXTS.items():
        words = " ".join(index_document(text, bundled))
        connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (number, words))
    return connection


@pytest.fixture
def found(bundled: Taxonomy, index: sqlite3.Connection):
    def search(text: str) -> set[int]:
        rows = index.execute("SELECT rowid FROM search WHERE search MATCH ?", (fts5(parse(text, bundled)),))
        return {row[0] for row in rows}

    return search


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("抹茶", {1, 2}),
        ("matcha", {1, 2}),
        ("まっちゃ", {1, 2}),
        ("ﾛﾎﾞｯﾄ", {3}),
        ("ろぼっと", {3}),
        ("robots", {3}),
        ("nursing-care robot", {3}),
        ("muller", {4}),
        ("Müller", {4}),
        ("mueller", {4}),
        ("MULL", {4}),
        ("除雪", {5}),
        ("heavy snow", {5}),
        ("snow removal", {5}),
        ("お茶", {1, 2}),
        ("茶", {1, 7}),
        ("抹茶を使った菓子", {1, 2}),
        ("抹茶 除雪", set()),
        ('"抹茶を使った"', {1}),
        ('"by autonomous"', {5}),
        ("AI 画像診断", {6}),
        ("宇治", {1}),
        ("サンプル・オーロラ・レティナ", {8}),
        ("オーロラ・レティナ", {8}),
        ("オーロラ", {8}),
        ("ｵｰﾛﾗ･ﾚﾃｨﾅ", {8}),
        ("オーロラレティナ", {8}),
        ('"オーロラ・レティナ"', {8}),
        ("髙﨑・九州事務所", {9}),
        ("高崎・九州事務所", {9}),
        ('"高崎・九州"', {9}),
        ("九州事務所", {9}),
        ("國立見本", {9}),
    ],
)
def test_a_search_finds(found, text: str, numbers: set[int]) -> None:
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text", ['"', "'", "' OR 1=1 --", "*", "a*b", "(", "NOT", "col:umn", "\\", "😀", "‮", "{}", '""']
)
def test_signs_of_the_query_languages_are_only_text(bundled: Taxonomy, index: sqlite3.Connection, text: str) -> None:
    clauses = parse(text, bundled)
    if clauses:
        index.execute("SELECT rowid FROM search WHERE search MATCH ?", (fts5(clauses),)).fetchall()
    assert tsquery(clauses).count("'") % 2 == 0


def test_nothing_typed_is_nothing_asked(bundled: Taxonomy) -> None:
    assert parse("", bundled) == parse(" 、。", bundled) == []


def test_hiragana_alone_is_asked_for(bundled: Taxonomy) -> None:
    assert parse("の", bundled) == [(Phrase(("ノ",), prefix=True),)]


def test_a_tsquery_names_the_label_and_the_order(bundled: Taxonomy) -> None:
    assert tsquery(parse("抹茶体験", bundled), "C") == "(('抹茶':C) | ('_matcha':C)) & (('体験':C))"
    assert tsquery([(Phrase(("ロボ", "ボッ")),)]) == "(('ロボ' <-> 'ボッ'))"
