"""What a text is about, as weights over the taxonomy's concepts: the same numbers whichever language it is written in.

Cross-language explicit semantic analysis (M. Potthast, B. Stein, M. Anderka, "A Wikipedia-based multilingual retrieval
model", ECIR 2008): a Japanese text is compared with the concepts' Japanese words, an English one with their English
words, and the two rows of likenesses can then be compared with each other. The parallel documents are the taxonomy's
rows here, and a term that stands in the text as it is counts in addition.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from rbc_events.matching.taxonomy import Taxonomy
from rbc_events.matching.text import topic_words

KIND_WEIGHTS = {"technology": 1.0, "issue": 0.5, "product": 0.5, "field": 0.5, "mode": 0.25, "stage": 0.1}
"""How far a kind of concept tells partners apart.

What helps is a technology; a typhoon, a hot spring or the field say where, and everybody seeks "joint research"
somewhere.
"""
STEP_UP = 0.5  # what is left of a weight at each step to a parent
NAMED = 0.5  # weight of terms found as they are, against the likeness of words
STRONGEST = 20  # likenesses kept; the rest is noise

Weights = dict[str, float]


class ConceptSpace:
    """The taxonomy's concepts with the words of each, ready to describe texts."""

    def __init__(self, taxonomy: Taxonomy):
        self.taxonomy = taxonomy
        self.keys = tuple(taxonomy.concepts)

    @cached_property
    def _words(self) -> dict[str, Any]:
        """By language. Made when a text is first described: a web process that only searches never does."""
        return {language: self._word_weights(language) for language in ("ja", "en")}

    def _word_weights(self, language: str) -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
        """The rarity of each word among the concepts, and the concepts that it stands for with its weight in each."""
        counts = {
            key: Counter(word for term in concept.words(language) for word in set(topic_words(term)))
            for key, concept in self.taxonomy.concepts.items()
        }
        spread = Counter(word for words in counts.values() for word in words)
        rarity = {word: math.log(1 + len(counts) / number) for word, number in spread.items()}
        concepts: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for key, words in counts.items():
            weights = unit({word: (1 + math.log(number)) * rarity[word] for word, number in words.items()})
            for word, weight in weights.items():
                concepts[word].append((key, weight))
        return rarity, concepts

    def describe(self, text: str, language: str) -> Weights:
        """The weights of the concepts that the text ("ja" or "en") is about, of length 1; empty if there are none."""
        likeness = unit(self._with_ancestors(self._likeness(text, language)))
        named = unit(self._with_ancestors(dict.fromkeys(self.taxonomy.concepts_in(text), 1.0)))
        return unit(
            {key: likeness.get(key, 0.0) + NAMED * named.get(key, 0.0) for key in likeness.keys() | named.keys()}
        )

    def _likeness(self, text: str, language: str) -> Weights:
        rarity, concepts = self._words[language]
        query = unit({word: rarity[word] for word in set(topic_words(text)) if word in rarity})
        scores: dict[str, float] = defaultdict(float)
        for word, weight in query.items():
            for key, share in concepts[word]:
                scores[key] += weight * share
        return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:STRONGEST])

    def _with_ancestors(self, weights: Weights) -> Weights:
        found: Weights = {}
        for key, weight in weights.items():
            weight *= KIND_WEIGHTS[self.taxonomy.concepts[key].kind]
            for above, steps in self.taxonomy.ancestors(key).items():
                found[above] = max(found.get(above, 0.0), weight * STEP_UP**steps)
        return found

    def describe_both(self, text_ja: str, text_en: str) -> Weights:
        """The description of a statement that may be written in one language or in both."""
        descriptions = [self.describe(text, lang) for text, lang in ((text_ja, "ja"), (text_en, "en")) if text]
        return unit(total(descriptions))


def unit(weights: Weights) -> Weights:
    """The weights scaled to length 1, without zeros."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {key: weight / length for key, weight in weights.items() if weight > 0} if length else {}


def total(descriptions: Iterable[Weights]) -> Weights:
    summed: dict[str, float] = defaultdict(float)
    for weights in descriptions:
        for key, weight in weights.items():
            summed[key] += weight
    return dict(summed)
