"""Ranking partners: what one side needs against what the other offers, each place with its reason.

The score of a pair (need, offer) is

    concepts(need) · concepts(offer)  +  max(0, sentence(need) · sentence(offer))

where the concept weights (`concepts.ConceptSpace`) are first multiplied by their rarity among the offers at hand,
ln(1 + (n + 1) / (df + 0.5)), and scaled to length 1. A pair without sentence vectors has the first part alone.
A partner's score is its best pair: our need with its offer in full, its need with our offer by half.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SENTENCE_WEIGHT = 1.0
THEIR_NEED = 0.5
MARGIN = 0.12  # a score below this is chance
SHARE_EVERY = 5  # each fifth place goes to a newcomer while there is one


@dataclass(frozen=True)
class Statements:
    """Statements as arrays: row i belongs to organisation `owners[i]` and has the number `numbers[i]`.

    concepts: float32 (n, concepts), rows of length 1 or 0. sentences: float32 (n, 512), the same.
    """

    numbers: "np.ndarray"
    owners: "np.ndarray"
    concepts: "np.ndarray"
    sentences: "np.ndarray"

    def __len__(self) -> int:
        return len(self.numbers)

    def of(self, owner: int) -> "Statements":
        return self.where(self.owners == owner)

    def where(self, chosen: "np.ndarray") -> "Statements":
        return Statements(self.numbers[chosen], self.owners[chosen], self.concepts[chosen], self.sentences[chosen])


@dataclass(frozen=True)
class Pool:
    """What stands at one event: offers (with seeds) and needs (with challenges)."""

    offers: Statements
    needs: Statements


@dataclass(frozen=True)
class Reason:
    """The pair of statements that speaks for a partner, and the concepts that they share, strongest first."""

    need: int
    offer: int
    ours: str  # "need" or "offer": which of the two is the asking side's
    concepts: tuple[int, ...]  # columns of the concept arrays


@dataclass(frozen=True)
class Recommendation:
    owner: int
    score: float
    reason: Reason
    newcomer: bool = False


def pair_scores(needs: Statements, offers: Statements) -> "np.ndarray":
    """The scores of every need (rows) with every offer (columns)."""
    import numpy as np

    rarity = _rarity(offers.concepts)
    by_concept = _scaled(needs.concepts * rarity) @ _scaled(offers.concepts * rarity).T
    by_sentence = needs.sentences @ offers.sentences.T
    return by_concept + SENTENCE_WEIGHT * np.maximum(by_sentence, 0.0)


def _rarity(concepts: "np.ndarray") -> "np.ndarray":
    import numpy as np

    spread = np.count_nonzero(concepts, axis=0)
    return np.log1p((len(concepts) + 1) / (spread + 0.5)).astype(np.float32)


def _scaled(rows: "np.ndarray") -> "np.ndarray":
    import numpy as np

    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    lengths[lengths == 0] = 1.0
    rows /= lengths[:, None]
    return rows


def rank(
    pool: Pool, owner: int, candidates: Collection[int], *, newcomers: Collection[int] = (), limit: int = 50
) -> list[Recommendation]:
    """The best `limit` candidates, best first, newcomers given their share; the same input gives the same list."""
    allowed = set(candidates) - {owner}
    found = _best_pairs(pool.needs.of(owner), pool.offers, "need", allowed, limit)
    found += _best_pairs(pool.offers.of(owner), pool.needs, "offer", allowed, limit)
    best: dict[int, _Pair] = {}
    for pair in sorted(found, key=lambda each: (-each.score, each.other)):
        best.setdefault(pair.other, pair)
    new = frozenset(newcomers)
    ranked = [Recommendation(p.other, p.score, p.reason(), p.other in new) for p in list(best.values())[:limit]]
    return share_with_newcomers(ranked)


@dataclass(frozen=True)
class _Pair:
    """One organisation's best statement against one of ours."""

    other: int
    score: float
    ours: Statements
    row: int
    theirs: Statements
    column: int
    side: str

    def reason(self) -> Reason:
        return _reason(self.ours, self.row, self.theirs, self.column, self.side)


def _best_pairs(ours: Statements, theirs: Statements, side: str, allowed: set[int], limit: int) -> list[_Pair]:
    """The best pair of each of the `limit` best allowed organisations on the other side."""
    import numpy as np

    if not len(ours) or not len(theirs):
        return []
    scores = pair_scores(ours, theirs) if side == "need" else THEIR_NEED * pair_scores(theirs, ours).T
    own = scores.argmax(axis=0)
    top = scores[own, np.arange(len(theirs))]
    columns = np.flatnonzero(np.isin(theirs.owners, list(allowed)) & (top >= MARGIN))
    columns = columns[np.lexsort((theirs.owners[columns], -top[columns]))]
    _owners, first = np.unique(theirs.owners[columns], return_index=True)
    return [
        _Pair(int(theirs.owners[c]), float(top[c]), ours, int(own[c]), theirs, int(c), side)
        for c in columns[np.sort(first)[:limit]]
    ]


def _reason(ours: Statements, row: int, theirs: Statements, column: int, side: str) -> Reason:
    import numpy as np

    shared = ours.concepts[row] * theirs.concepts[column]
    strongest = np.argsort(-shared, kind="stable")[:3]
    least = max(0.02, shared[strongest[0]] / 2)
    pair = (int(ours.numbers[row]), int(theirs.numbers[column]))
    need, offer = pair if side == "need" else pair[::-1]
    return Reason(need, offer, side, tuple(int(each) for each in strongest if shared[each] >= least))


def share_with_newcomers(found: Sequence[Recommendation]) -> list[Recommendation]:
    """Each fifth place goes to the best newcomer that stands further down, while there is one.

    Without it, organisations that everybody knows take every first page. Nobody is left out: the others move down.
    """
    waiting = list(found)
    arranged: list[Recommendation] = []
    while waiting:
        due = len(arranged) % SHARE_EVERY == SHARE_EVERY - 1 and not any(
            e.newcomer for e in arranged[1 - SHARE_EVERY :]
        )
        newcomer = next((i for i, each in enumerate(waiting) if each.newcomer), 0) if due else 0
        arranged.append(waiting.pop(newcomer))
    return arranged
