"""The taxonomy that comes with the program is sound, and a faulty one is refused with row, column and fault."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rbc_events.matching import taxonomy
from rbc_events.matching.taxonomy import Taxonomy, TaxonomyError

HEADER = "key,sectors,parents,kind,ja,en,related_ja,related_en\n"


@pytest.fixture(scope="module")
def bundled() -> Taxonomy:
    return taxonomy.load()


@pytest.fixture
def faults_of(tmp_path: Path) -> Callable[[str], list[tuple[int, str, str]]]:
    def read(text: str) -> list[tuple[int, str, str]]:
        path = tmp_path / "taxonomy.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(TaxonomyError) as caught:
            taxonomy.load(path)
        return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]

    return read


def test_the_bundled_file_is_sound_and_covers_every_theme(bundled: Taxonomy) -> None:
    sectors = {sector for concept in bundled.concepts.values() for sector in concept.sectors}
    assert len(bundled.concepts) >= 350
    assert sectors == {
        "healthcare",
        "travel_tech",
        "food_tech",
        "disaster_tech",
        "smart_city",
        "mobility",
        "factory_tech",
        "adventure_tourism",
    }


def test_every_term_finds_its_own_concept(bundled: Taxonomy) -> None:
    wrong = [
        (concept.key, term, bundled.concepts_in(term))
        for concept in bundled.concepts.values()
        for term in concept.terms
        if bundled.concepts_in(term) != [concept.key]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("抹茶を使った菓子", ["matcha", "confectionery"]),
        ("Sweets made with matcha", ["confectionery", "matcha"]),
        ("ﾛﾎﾞｯﾄと人工知能", ["robotics", "artificial_intelligence"]),
        ("遠隔医療機器", ["telemedicine"]),
        ("宮城県のラジオ局", []),
        ("がんの早期発見", ["cancer_screening"]),
        ("スローガン", []),
        ("We welcome visitors at 9", ["tourism"]),
    ],
)
def test_the_longest_term_wins_and_parts_of_other_words_are_no_terms(
    bundled: Taxonomy, text: str, keys: list[str]
) -> None:
    assert bundled.concepts_in(text) == keys


def test_ancestors_tell_the_steps(bundled: Taxonomy) -> None:
    assert bundled.ancestors("matcha") == {"matcha": 0, "tea": 1, "food": 2}


def test_a_faulty_row_is_reported_with_row_column_and_fault(faults_of: Callable) -> None:
    text = HEADER + (
        "tea,food,,product,お茶,tea,,\n"
        "Tea 2,food,,product,緑茶,green tea,,\n"
        "tea,food,nothing,drink,番茶,bancha,,\n"
        "coffee,food,coffee,product,お茶,,,\n"
    )
    assert faults_of(text) == [
        (3, "key", "bad_key"),
        (4, "key", "duplicate"),
        (4, "kind", "unknown_kind"),
        (4, "parents", "unknown_parent"),
        (5, "parents", "own_ancestor"),
        (5, "ja", "other_concept"),
        (5, "en", "empty"),
    ]


def test_a_missing_column_is_named(faults_of: Callable) -> None:
    assert faults_of("key,sectors,parents,kind,ja\n") == [
        (1, "en", "missing_column"),
        (1, "related_ja", "missing_column"),
        (1, "related_en", "missing_column"),
    ]


def test_a_file_from_excel_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.csv"
    path.write_text("\ufeff" + HEADER + "tea,food,,product,お茶,tea,,\n", encoding="utf-8")
    assert list(taxonomy.load(path).concepts) == ["tea"]


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.csv"
    path.write_text(HEADER + "tea,food,,product,お茶,tea,,\n", encoding="utf-8")
    before = taxonomy.load(path).fingerprint
    assert taxonomy.load(path).fingerprint == before
    path.write_text(HEADER + "tea,food,,product,お茶|茶葉,tea,,\n", encoding="utf-8")
    assert taxonomy.load(path).fingerprint != before
