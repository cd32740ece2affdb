"""How often the right partner is found across languages, and how fast.

python -m benchmarks.matching quality      # right partner first, in the first five; both directions
python -m benchmarks.matching blind        # the same, related words of the taxonomy that stand in a test text left out
python -m benchmarks.matching unseen       # pairs written after the method was settled
python -m benchmarks.matching together     # all of these in one large pool
    with --every 10 after them: every tenth pair alone, which shows that they work
    together --model universal: with the smaller model (benchmarks/matching_encoders.py) instead of the program's own
python -m benchmarks.matching costs        # processor time a text and memory, of each model that is installed
python -m benchmarks.matching speed [N]    # 10,000 profiles, or N, on SQLite and PostgreSQL
"""

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.matching_encoders import ENCODERS, Encoder, costs
from rbc_events.matching import taxonomy, vectors
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.matching.ranking import Pool, Statements, scores
from rbc_events.matching.text import topic_words

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).parents[1] / "rbc_events" / "samples"


@dataclass(frozen=True)
class Pair:
    """A need and the offer that answers it, in both languages; a distractor has no need."""

    id: str
    part: str  # tuning, held_out; first, second; distractor
    hard: bool
    need: dict[str, str]
    offer: dict[str, str]


def read_pairs(name: str = "pairs.csv") -> list[Pair]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return [
            Pair(
                row["id"],
                row["part"],
                bool(row["hard"]),
                {language: row[f"need_{language}"] for language in ("ja", "en")},
                {language: row[f"offer_{language}"] for language in ("ja", "en")},
            )
            for row in csv.DictReader(lines)
        ]


def read_sample_organisations() -> list[Pair]:
    """The foreign companies of the sample programme: the social issue that each answers, against what it offers."""
    found = []
    for path in sorted(SAMPLES.glob("organisations-*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["kind"] == "foreign_company" and row["social_issue_en"] and row["social_issue_ja"]:
                    need = {lang: row[f"social_issue_{lang}"] for lang in ("ja", "en")}
                    offer = {lang: f"{row[f'summary_{lang}']} {row[f'offers_{lang}']}" for lang in ("ja", "en")}
                    found.append(Pair(row["external_key"], "samples", False, need, offer))
    return list({pair.id: pair for pair in found}.values())


def statements(
    texts: Iterable[str], language: str, side: vectors.Side, space: ConceptSpace, *, sentences: Encoder | None
) -> Statements:
    columns = {key: column for column, key in enumerate(space.keys)}
    texts = list(texts)
    concepts = np.zeros((len(texts), len(columns)), np.float32)
    found = np.zeros((len(texts), sentences.dimensions if sentences else 1), np.float32)
    for row, text in enumerate(texts):
        for key, weight in space.describe(text, language).items():
            concepts[row, columns[key]] = weight
        if sentences:
            found[row] = sentences.weighed(text, language, side)
    numbers = np.arange(len(texts))
    return Statements(numbers, numbers, concepts, found)


def ranks(
    pairs: list[Pair], asking: list[Pair], source: str, target: str, space: ConceptSpace, *, sentences: Encoder | None
) -> list[int]:
    """The place of the right offer for each asking pair's need; offers of equal score count as before it."""
    return _places(_relative(pairs, asking, source, target, space, sentences=sentences), asking, pairs)


def vendors_ranks(
    pairs: list[Pair], asking: list[Pair], source: str, target: str, space: ConceptSpace, *, sentences: Encoder | None
) -> list[int]:
    """The place of the right need for each asking pair's offer, as its vendor sees it."""
    needing = [pair for pair in pairs if pair.need[target]]
    return _places(_relative(asking, needing, target, source, space, sentences=sentences).T, asking, needing)


def _relative(
    pairs: list[Pair], asking: list[Pair], source: str, target: str, space: ConceptSpace, *, sentences: Encoder | None
) -> np.ndarray:
    """The scores by which needs (rows) and offers (columns) are ranked."""
    needs = statements((pair.need[source] for pair in asking), source, "need", space, sentences=sentences)
    offers = statements((pair.offer[target] for pair in pairs), target, "offer", space, sentences=sentences)
    pool = Pool(offers=offers, needs=needs)
    found: np.ndarray = scores(pool.needs, pool.offers) / np.sqrt(pool.needs_reach[:, None] * pool.offers_reach)
    return found


def _places(found: np.ndarray, asking: list[Pair], among: list[Pair]) -> list[int]:
    places = {pair.id: column for column, pair in enumerate(among)}
    return [int((row >= row[places[pair.id]]).sum()) for row, pair in zip(found, asking, strict=True)]


def without_words_of(pairs: list[Pair], table: taxonomy.Taxonomy) -> taxonomy.Taxonomy:
    """The taxonomy without any related word that shares a word with one of these pairs' texts."""
    seen = {
        language: {word for pair in pairs for text in (pair.need, pair.offer) for word in topic_words(text[language])}
        for language in ("ja", "en")
    }
    return taxonomy.Taxonomy(
        replace(
            concept,
            related_ja=tuple(word for word in concept.related_ja if not seen["ja"] & set(topic_words(word))),
            related_en=tuple(word for word in concept.related_en if not seen["en"] & set(topic_words(word))),
        )
        for concept in table.concepts.values()
    )


def report(
    name: str, pairs: list[Pair], asking: list[Pair], space: ConceptSpace, model: Encoder = ENCODERS["e5"]
) -> None:
    for sentences in (model, None):
        if not asking or (sentences and not sentences.available()):
            continue
        for view, source, target in (
            (ranks, "ja", "en"),
            (ranks, "en", "ja"),
            (vendors_ranks, "ja", "en"),
            (vendors_ranks, "en", "ja"),
        ):
            found = view(pairs, asking, source, target, space, sentences=sentences)
            method = f"taxonomy + {sentences.weight} {sentences.name}" if sentences else "taxonomy alone"
            title = f"{name}, vendor's view" if view is vendors_ranks else name
            first, five = (sum(rank <= n for rank in found) for n in (1, 5))
            print(
                f"{title:38} {method:24} {source}→{target}  first {first}/{len(found)} = {first / len(found):4.0%}"
                f"  in five {five}/{len(found)} = {five / len(found):4.0%}"
            )


def quality(*, blind: bool, every: int = 1) -> None:
    pairs, table = read_pairs()[::every], taxonomy.load()
    parts = {
        "all pairs": [pair for pair in pairs if pair.need["ja"]],
        "ordinary": [pair for pair in pairs if pair.need["ja"] and not pair.hard],
        "hard": [pair for pair in pairs if pair.hard],
        "tuning": [pair for pair in pairs if pair.part == "tuning"],
        "held out": [pair for pair in pairs if pair.part == "held_out"],
    }
    for title, asking in parts.items():
        space = ConceptSpace(without_words_of(asking, table) if blind else table)
        report(title, pairs, asking, space)
    if not blind:
        samples = read_sample_organisations()[::every]
        report("sample organisations", samples, samples, ConceptSpace(table))


def unseen(*, every: int = 1) -> None:
    """Pairs that nothing was tuned on, each measured for the first time when the method stood, among all offers."""
    later, others = read_pairs("unseen.csv")[::every], read_pairs()[::every]
    space = ConceptSpace(taxonomy.load())
    for part in ("first", "second", "third"):
        for kind, hard in (("ordinary", False), ("hard", True)):
            asking = [pair for pair in later if pair.part == part and pair.hard == hard]
            if asking:
                report(f"{part}, {kind}", others + later, asking, space)


def together(*, every: int = 1, model: str = "e5") -> None:
    """All pairs and sample organisations among each other, as in a large event of many sectors."""
    parts = {"pairs": read_pairs(), "unseen": read_pairs("unseen.csv"), "samples": read_sample_organisations()}
    pairs = [pair for part in parts.values() for pair in part[::every]]
    space = ConceptSpace(taxonomy.load())
    for name, part in parts.items():
        report(
            f"{name} among {len(pairs)}",
            pairs,
            [pair for pair in part[::every] if pair.need["ja"]],
            space,
            ENCODERS[model],
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["quality" | "blind" as part]:
            quality(blind=part == "blind")
        case ["quality" | "blind" as part, "--every", number]:
            quality(blind=part == "blind", every=int(number))
        case ["unseen"]:
            unseen()
        case ["unseen", "--every", number]:
            unseen(every=int(number))
        case ["together"]:
            together()
        case ["together", "--model", name] if name in ENCODERS:
            together(model=name)
        case ["costs"]:
            costs([text for pair in read_pairs()[:30] for text in (*pair.need.values(), *pair.offer.values()) if text])
        case ["together", "--every", number]:
            together(every=int(number))
        case ["speed", *profiles]:
            from benchmarks.matching_speed import measure

            measure(*map(int, profiles))
        case _:
            raise SystemExit(__doc__)
