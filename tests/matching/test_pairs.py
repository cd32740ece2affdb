"""The evaluation set is what the documentation says of it, and the engine is at least as good on it."""

import pytest

from benchmarks.matching import Pair, ranks, read_pairs
from benchmarks.matching_encoders import ENCODERS
from rbc_events.matching import taxonomy, vectors
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.matching.text import topic_words


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return read_pairs()


def shared_words(pair: Pair, language: str) -> set[str]:
    return set(topic_words(pair.need[language])) & set(topic_words(pair.offer[language]))


def test_there_are_at_least_sixty_pairs_and_twelve_hard_ones(pairs: list[Pair]) -> None:
    asking = [pair for pair in pairs if pair.part != "distractor"]
    assert len(asking) >= 60
    assert sum(pair.hard for pair in asking) >= 12
    assert abs(sum(pair.part == "held_out" for pair in asking) - len(asking) / 2) <= 2


def test_hard_pairs_share_no_word_and_others_do(pairs: list[Pair]) -> None:
    for pair in pairs + read_pairs("unseen.csv"):
        if pair.part != "distractor":
            for language in ("ja", "en"):
                assert bool(shared_words(pair, language)) != pair.hard, (pair.id, language)


@pytest.mark.slow
def test_the_taxonomy_alone_finds_the_partner_first_in_seventy_percent(pairs: list[Pair]) -> None:
    asking, space = [pair for pair in pairs if pair.part != "distractor"], ConceptSpace(taxonomy.load())
    for source, target in (("ja", "en"), ("en", "ja")):
        found = ranks(pairs, asking, source, target, space, sentences=None)
        assert sum(rank == 1 for rank in found) >= 0.7 * len(asking)


@pytest.mark.slow
@pytest.mark.skipif(not vectors.available(), reason="the model is not installed")
def test_with_sentences_the_partner_is_first_in_ninety_percent_and_always_in_five(pairs: list[Pair]) -> None:
    asking, space = [pair for pair in pairs if pair.part != "distractor"], ConceptSpace(taxonomy.load())
    for source, target in (("ja", "en"), ("en", "ja")):
        found = ranks(pairs, asking, source, target, space, sentences=ENCODERS["e5"])
        assert sum(rank == 1 for rank in found) >= 0.9 * len(asking)
        assert max(found) <= 5
