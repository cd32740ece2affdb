"""Why a text was found by a word that doesn't stand in it: the words for the same thing that do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rbc_events.matching.taxonomy import Mention, Taxonomy
from rbc_events.matching.text import units

_SENTENCE = re.compile(r"[^。．.!?！？\n]+[。．.!?！？]*")


@dataclass(frozen=True)
class Meaning:
    """The query's term, the term of a text that means the same or something narrower, and the sentence it stands in."""

    asked: str
    found: str
    sentence: str
    language: str  # of the sentence


def by_meaning(query: str, texts: Iterable[tuple[str, str]], taxonomy: Taxonomy) -> list[Meaning]:
    """For each concept that the query names and none of the texts, (language, text), names by the same term: the first
    place that names it by another. Empty where the words themselves are found."""
    asked = {mention.key: mention for mention in taxonomy.mentions(query)}
    if not asked:
        return []
    named = [place for language, text in texts for place in _places(language, text, taxonomy)]
    return [found for mention in asked.values() if (found := _first(mention, named, taxonomy))]


Place = tuple[Mention, str, str]  # a mention, its sentence, its language


def _places(language: str, text: str, taxonomy: Taxonomy) -> Iterator[Place]:
    for sentence in _SENTENCE.findall(text):
        for mention in taxonomy.mentions(sentence):
            yield mention, sentence.strip(), language


def _first(asked: Mention, named: list[Place], taxonomy: Taxonomy) -> Meaning | None:
    meant = [place for place in named if asked.key in taxonomy.ancestors(place[0].key)]
    if not meant or any(units(place[0].term) == units(asked.term) for place in meant):
        return None
    mention, sentence, language = meant[0]
    return Meaning(asked.term, mention.term, sentence, language)
