"""Partners are ranked by what they offer, each with its reason."""

import subprocess
import sys

import numpy as np
import pytest

from rbc_events.matching import taxonomy, vectors
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.matching.ranking import Pool, Reason, Recommendation, Statements, rank, share_with_newcomers
from rbc_events.matching.rules import partners_of


@pytest.fixture(scope="module")
def space() -> ConceptSpace:
    return ConceptSpace(taxonomy.load())


def statements(space: ConceptSpace, *rows: tuple[int, str, str]) -> Statements:
    """(organisation, language, text), numbered from 100 on."""
    columns = {key: column for column, key in enumerate(space.keys)}
    concepts = np.zeros((len(rows), len(columns)), np.float32)
    for row, (_owner, language, text) in enumerate(rows):
        for key, weight in space.describe(text, language).items():
            concepts[row, columns[key]] = weight
    numbers = np.arange(100, 100 + len(rows))
    owners = np.array([owner for owner, _language, _text in rows], np.int64)
    return Statements(numbers, owners, concepts, np.zeros((len(rows), vectors.DIMENSIONS), np.float32))


@pytest.mark.slow
def test_a_japanese_need_finds_the_english_offer_and_says_why(space: ConceptSpace) -> None:
    needs = statements(space, (1, "ja", "退院した患者さんの遠隔モニタリングを始めたい。"))
    offers = statements(
        space,
        (2, "en", "Matcha sweets and green tea drinks."),
        (3, "en", "A remote patient monitoring service for people at home."),
    )
    found = rank(Pool(offers=offers, needs=needs), 1, [2, 3])
    assert found[0].owner == 3
    assert (found[0].reason.need, found[0].reason.offer, found[0].reason.ours) == (100, 101, "need")
    assert "remote_patient_monitoring" in [space.keys[column] for column in found[0].reason.concepts]
    assert 2 not in [each.owner for each in found]


def test_sentences_that_have_no_more_in_common_than_any_two_are_no_reason(space: ConceptSpace) -> None:
    needs, offers = statements(space, (1, "en", "Something")), statements(space, (2, "en", "Whatever"))
    for likeness, found in ((0.1, []), (0.3, [2])):
        needs.sentences[0, :2], offers.sentences[0, :2] = (1, 0), (likeness, np.sqrt(1 - likeness**2))
        assert [each.owner for each in rank(Pool(offers=offers, needs=needs), 1, [2])] == found


def test_what_they_seek_from_us_counts_as_much_as_what_we_seek(space: ConceptSpace) -> None:
    text = "An AI visual inspection system for metal parts"
    ours = statements(space, (1, "en", text))
    theirs = statements(space, (2, "en", text))
    as_offer = rank(Pool(offers=ours, needs=theirs), 1, [2])[0]
    as_need = rank(Pool(offers=theirs, needs=ours), 1, [2])[0]
    assert as_offer.score == pytest.approx(as_need.score)
    assert (as_offer.reason.ours, as_need.reason.ours) == ("offer", "need")
    assert as_offer.reason.need == 100


def test_who_needs_exactly_what_we_offer_stands_before_those_who_offer_a_little_of_what_we_need(
    space: ConceptSpace,
) -> None:
    needs = statements(
        space,
        (1, "en", "Partners for sales in Japan and clinics for joint research"),
        (2, "en", "We need AI that finds diabetic retinopathy in images of the eye"),
    )
    offers = statements(
        space,
        (1, "en", "AI that finds diabetic retinopathy in images of the eye"),
        *((owner, "en", "Sales of food and joint research with universities") for owner in range(3, 15)),
    )
    found = rank(Pool(offers=offers, needs=needs), 1, range(2, 15))
    assert found[0].owner == 2
    assert (found[0].reason.need, found[0].reason.ours) == (101, "offer")


def test_only_candidates_are_ranked_and_never_oneself(space: ConceptSpace) -> None:
    text = "Drone delivery of medicines to islands"
    needs = statements(space, (1, "en", text))
    offers = statements(space, (1, "en", text), (2, "en", text), (3, "en", text))
    assert [each.owner for each in rank(Pool(offers=offers, needs=needs), 1, [1, 3])] == [3]


def test_without_statements_there_is_nothing_to_recommend(space: ConceptSpace) -> None:
    assert rank(Pool(offers=statements(space), needs=statements(space)), 1, [2]) == []


def test_the_same_input_gives_the_same_list(space: ConceptSpace) -> None:
    text = "Snow removal robots"
    needs = statements(space, (1, "en", text))
    offers = statements(space, *((owner, "en", text) for owner in range(2, 30)))
    pool = Pool(offers=offers, needs=needs)
    assert rank(pool, 1, range(2, 30)) == rank(pool, 1, range(2, 30))
    assert [each.owner for each in rank(pool, 1, range(2, 30))] == list(range(2, 30))


def recommendation(owner: int, newcomer: bool = False) -> Recommendation:
    return Recommendation(owner, 1.0 / owner, Reason(1, owner, "need", ()), newcomer)


def test_each_fifth_place_goes_to_the_best_newcomer_further_down() -> None:
    found = [recommendation(owner, newcomer=owner in (9, 11)) for owner in range(1, 13)]
    arranged = [each.owner for each in share_with_newcomers(found)]
    assert arranged == [1, 2, 3, 4, 9, 5, 6, 7, 8, 11, 10, 12]


def test_a_newcomer_that_is_up_there_anyway_is_share_enough() -> None:
    found = [recommendation(owner, newcomer=owner in (2, 9)) for owner in range(1, 11)]
    assert [each.owner for each in share_with_newcomers(found)][:6] == [1, 2, 3, 4, 5, 6]


def test_without_newcomers_the_order_stays() -> None:
    found = [recommendation(owner) for owner in range(1, 20)]
    assert share_with_newcomers(found) == found


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        ("foreign_company", "municipality", True),
        ("university", "foreign_affiliated", True),
        ("foreign_company", "foreign_affiliated", False),
        ("local_company", "university", False),
    ],
)
def test_the_programme_brings_foreign_and_local_together(one: str, other: str, allowed: bool) -> None:
    assert (other in partners_of(one)) is allowed


def test_a_vector_comes_back_from_the_database_as_it_went_in() -> None:
    vector = np.linspace(-1, 1, 512, dtype=np.float32)
    back = vectors.from_blobs([vectors.to_blob(vector), None, b"short"], 512)
    assert np.allclose(back[0], vector, atol=1e-3)
    assert not back[1:].any()


@pytest.mark.slow
def test_sentence_vectors_bring_a_text_and_its_translation_together() -> None:
    ja = vectors.encode("登山者の位置を衛星で知らせる端末を探しています。", "", "need")
    en = vectors.encode("", "A device that reports the position of hikers by satellite", "offer")
    other = vectors.encode("", "A cloud service for bookkeeping", "offer")
    assert ja is not None
    assert en is not None
    assert ja @ en > ja @ other + 0.2
    assert vectors.encode("", " ", "need") is None


@pytest.mark.slow
def test_a_ligature_of_eighteen_letters_is_no_more_than_a_text() -> None:
    """U+FDFA, over and over, once wrote past the end of the engine's buffer."""
    vector = vectors.encode("", "\ufdfa" * 500, "offer")
    assert vector is not None
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)


def test_the_package_loads_without_numpy() -> None:
    code = "import sys, rbc_events.matching.ranking, rbc_events.matching.vectors; assert 'numpy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
