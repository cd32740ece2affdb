"""Ranking partners: what one side needs against what the other offers, each place with its reason.

The score of a pair (need, offer) is

    concepts(need) · concepts(offer)  +  2 · sentence(need) · sentence(offer)

where the concept weights (`concepts.ConceptSpace`) are first multiplied by their rarity among the offers at hand,
ln(1 + (n + 1) / (df + 0.5)), and scaled to length 1. A pair without sentence vectors has the first part alone.

Ranked is the score against the reach of both, so that an offer in general words isn't recommended to everybody:

    score / √(reach(need) · reach(offer))

The reach of a statement is the mean of its ten best scores with the other side (local scaling, L. Zelnik-Manor and
P. Perona, "Self-tuning spectral clustering", NIPS 2004; against hubs: D. Schnitzer et al., "Local and global scaling
reduce hubs in space", JMLR 13, 2012). A partner's place is that of its best pair, whichever side's need it answers: who
needs exactly what one offers is the customer one came for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rbc_events.matching.vectors import Side

if TYPE_CHECKING:
    import numpy as np

SENTENCE_WEIGHT = 2.0
# A score below these is chance: nine in ten of the benchmark's pairs that don't belong together are.
MARGIN = 0.12
SENTENCE_MARGIN = 0.45  # where sentences are compared too
NEAREST = 10
SAMPLE = 200  # statements of a large event on which reach is measured
LEAST_REACH = 0.05
SHARE_EVERY = 5  # each fifth place goes to a newcomer while there is one


@dataclass(frozen=True)
class Statements:
    """Statements as arrays: row i belongs to organisation `owners[i]` and has the number `numbers[i]`.

    concepts: float32 (n, concepts), rows of length 1 or 0. sentences: float32 (n, 384), the same.
    """

    numbers: "np.ndarray"
    owners: "np.ndarray"
    concepts: "np.ndarray"
    sentences: "np.ndarray"

    def __len__(self) -> int:
        return len(self.numbers)

    def every(self, step: int) -> "Statements":
        return Statements(*(array[::step] for array in (self.numbers, self.owners, self.concepts, self.sentences)))

    def where(self, chosen: "np.ndarray") -> "Statements":
        return Statements(self.numbers[chosen], self.owners[chosen], self.concepts[chosen], self.sentences[chosen])


class Pool:
    """What stands at one event: offers (with seeds) and needs (with challenges), their concepts weighed by rarity.

    `offers_reach` and `needs_reach` hold a figure for each row.
    """

    def __init__(self, offers: Statements, needs: Statements):
        self.rarity = _rarity(offers.concepts)
        self.offers, self.needs = _weighed(offers, self.rarity), _weighed(needs, self.rarity)
        self.offers_reach = _reach(scores(self.offers, _sample(self.needs)))
        self.needs_reach = _reach(scores(self.needs, _sample(self.offers)))


@dataclass(frozen=True)
class Reason:
    """The pair of statements that speaks for a partner, and the concepts that they share, strongest first."""

    need: int
    offer: int
    ours: Side  # which of the two is the asking side's
    concepts: tuple[int, ...]  # columns of the concept arrays


@dataclass(frozen=True)
class Recommendation:
    owner: int
    score: float
    reason: Reason
    newcomer: bool = False


def scores(ours: Statements, theirs: Statements) -> "np.ndarray":
    """The scores of our weighed statements (rows) with theirs (columns)."""
    return ours.concepts @ theirs.concepts.T + SENTENCE_WEIGHT * (ours.sentences @ theirs.sentences.T)


def _weighed(statements: Statements, rarity: "np.ndarray") -> Statements:
    return replace(statements, concepts=_scaled(statements.concepts * rarity))


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


def _sample(statements: Statements) -> Statements:
    """All of them, or some hundred at equal distances: the same ones each time."""
    return statements.every(-(-len(statements) // SAMPLE) or 1)


def _reach(found: "np.ndarray") -> "np.ndarray":
    """The mean of the best scores in each row."""
    import numpy as np

    if not found.shape[1]:
        return np.ones(len(found), np.float32)
    return np.maximum(np.sort(found, axis=1)[:, -NEAREST:].mean(axis=1), LEAST_REACH)


def rank(
    pool: Pool, owner: int, candidates: Collection[int], *, newcomers: Collection[int] = (), limit: int = 50
) -> list[Recommendation]:
    """The best `limit` candidates, best first, newcomers given their share; the same input gives the same list."""
    allowed = set(candidates) - {owner}
    found = _best_pairs(pool, owner, "need", allowed, limit) + _best_pairs(pool, owner, "offer", allowed, limit)
    best: dict[int, _Pair] = {}
    for pair in sorted(found, key=lambda each: (-each.score, each.other)):
        best.setdefault(pair.other, pair)
    new = frozenset(newcomers)
    ranked = [Recommendation(p.other, p.score, p.reason(), p.other in new) for p in list(best.values())[:limit]]
    return share_with_newcomers(ranked)


@dataclass(frozen=True)
class Near:
    """An organisation's statement that comes near to what somebody wrote."""

    owner: int
    statement: int
    score: float


def nearest(pool: Pool, said: Statements, side: Side, owners: Collection[int], *, least: float) -> list[Near]:
    """For each of these organisations its statement that comes nearest to `said`, one row, read as a need or an offer,
    if its score is `least` or more; best first."""
    import numpy as np

    theirs = pool.offers if side == "need" else pool.needs
    if not len(theirs):
        return []
    found = scores(_weighed(said, pool.rarity), theirs)[0]
    rows = np.flatnonzero(found >= least)
    rows = rows[np.isin(theirs.owners[rows], list(owners))]
    rows = rows[np.lexsort((theirs.owners[rows], -found[rows]))]
    _owners, first = np.unique(theirs.owners[rows], return_index=True)
    best = rows[np.sort(first)]
    return [Near(int(theirs.owners[row]), int(theirs.numbers[row]), float(found[row])) for row in best]


@dataclass(frozen=True)
class _Pair:
    """One organisation's best statement against one of ours."""

    other: int
    score: float
    ours: Statements
    row: int
    theirs: Statements
    column: int
    side: Side

    def reason(self) -> Reason:
        return _reason(self.ours, self.row, self.theirs, self.column, self.side)


def _best_pairs(pool: Pool, owner: int, side: Side, allowed: set[int], limit: int) -> list[_Pair]:
    """The best pair of each of the `limit` best allowed organisations on the other side."""
    import numpy as np

    sides = (pool.needs, pool.needs_reach, pool.offers, pool.offers_reach)
    all_ours, all_reach, theirs, their_reach = sides if side == "need" else (*sides[2:], *sides[:2])
    mine = all_ours.owners == owner
    ours = all_ours.where(mine)
    if not len(ours) or not len(theirs):
        return []
    plain = scores(ours, theirs)
    relative = plain / np.sqrt(all_reach[mine][:, None] * their_reach)
    own, places = relative.argmax(axis=0), np.arange(len(theirs))
    top, best = relative[own, places], plain[own, places]
    columns = np.flatnonzero(np.isin(theirs.owners, list(allowed)) & (best >= MARGIN))
    silent = ~(ours.sentences[own[columns]].any(axis=1) & theirs.sentences[columns].any(axis=1))
    columns = columns[silent | (best[columns] >= SENTENCE_MARGIN)]
    columns = columns[np.lexsort((theirs.owners[columns], -top[columns]))]
    _owners, first = np.unique(theirs.owners[columns], return_index=True)
    return [
        _Pair(int(theirs.owners[c]), float(top[c]), ours, int(own[c]), theirs, int(c), side)
        for c in columns[np.sort(first)[:limit]]
    ]


def _reason(ours: Statements, row: int, theirs: Statements, column: int, side: Side) -> Reason:
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
