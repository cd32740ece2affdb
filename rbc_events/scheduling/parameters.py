"""Every constant by which the search is tuned, in one place. None of them can make a bound false or break a rule.

What belongs to an encoding (columns of arrays, bits of a number, limits of the format) stands where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Run:
    """The run as a whole: what each level gets, and who is asked."""

    default_seconds: float = 60.0
    exact_size: int = 4_000
    """Meeting and slot pairs up to which CP-SAT gets the whole problem in one model, to prove a level."""
    hopeless_share: float = 0.1
    """The share of its time that a level gets where must-haves can't all be held: the reason is wanted, not the
    plan."""
    standing_share: float = 0.7
    """The share of a plan that stands already from which on it is improved where the kernel leaves rules out."""


@dataclass(frozen=True)
class Neighbourhoods:
    """Large neighbourhoods of the general engine (`solving/lns.py`)."""

    size: int = 40
    """Requests that a neighbourhood frees to begin with; it grows while they are solved to the end and shrinks
    when not."""
    many_slots: int = 200
    """Slots that a neighbourhood of parties has to itself: a model of 2,000 would take longer to write than a
    short run."""
    slack: float = 0.05
    """Of the mean weight: who was left out and loses more than that in all slots of a neighbourhood isn't tried
    there."""


@dataclass(frozen=True)
class Annealing:
    """Annealing by Kempe chains (`solving/kempe/annealing.py`)."""

    steps: int = 50_000
    """Annealing steps that count as one step of work."""
    round: int = 10
    """Steps of work between two looks at the clock."""
    heat: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: {"breaks": (1.3, 0.15), "changes": (2.0, 0.15), "inconvenience": (2.0, 0.15)}
    )
    """The temperatures, in units of the level, at the beginning and at the end."""


@dataclass(frozen=True)
class Programmes:
    """Linear programmes for bounds (`solving/lp/relaxation.py`)."""

    most_options: int = 30_000
    """Of larger programmes nothing is asked: 26,000 options take 12 s, 37,000 more than a minute."""
    share: float = 0.25
    """The share of a level's time or work that its programme may take."""
    ease: int = 4
    """How many times less the programme of the weight takes, with nobody's day in it: 21,000 options 1.8 s,
    77,000 11 s."""


@dataclass(frozen=True)
class Weight:
    """The kernel `weight`: bounds and annealing (`kernels/weight/search_state.py`, `kernels/weight/solver.py`)."""

    iterations: int = 100
    """Iterations of the simplex method that count as one step of work."""
    few_options: int = 2_500
    slot_options: int = 60_000
    """Options up to which the tighter and slower bound is found at once, and up to which it is tried at all."""
    annealing_steps: int = 50_000
    """Annealing steps that count as one step of work, about a hundredth of a second."""
    steps_each: int = 20_000
    all_steps: int = 20_000_000
    """Annealing steps for each request, and the most, when nothing else limits them."""
    chunk: int = 300_000
    """Annealing steps between two looks at the clock, at most."""
    annealing_share: float = 0.6
    hot: float = 0.3
    cold: float = 0.05
    """Temperatures at the beginning and the end, of the middle weight."""


@dataclass(frozen=True)
class Rounds:
    """Large neighbourhoods of the kernel `weight` (`kernels/weight/lns.py`, `kernels/weight/lns_subproblem.py`)."""

    options: int = 900
    least_options: int = 200
    most_options: int = 4_000
    """Options of the first neighbourhoods, of the smallest and the largest: beyond, a programme takes seconds
    for the gain that several smaller ones make in tenths."""
    growth: float = 1.03
    shrinking: float = 0.85
    """How their size changes after a programme that was solved, and one that was too hard."""
    patience: int = 400
    """Rounds without a gain after which a run without limits ends."""
    stalled: int = 100
    """Rounds without a gain after which the tighter bound is tried."""
    rested: int = 6
    """Rounds without a gain after which a heavier plan is looked for near the present one."""
    nodes: int = 50
    neighbourhood_patience: int = 60
    """Times that HiGHS may ask whether to stop before it is stopped. Most programmes end after 2 to 15, in
    milliseconds; the worst would take seconds, which are not the same on every machine."""
    heuristics: tuple[str, ...] = ("feasibility_jump", "root_reduced_cost", "rins", "rens")
    """HiGHS's own, which seldom pay on programmes this small."""


@dataclass(frozen=True)
class Nearby:
    """Heavier plans near the present one (`kernels/weight/proximity_search.py`)."""

    aims: tuple[float, ...] = (0.4, 0.7)
    """How far of the way to the bound attempts go, in turn."""
    slack: float = 0.25
    patience: int = 3
    """See `Repair`."""


@dataclass(frozen=True)
class Again:
    """Plans made again from a standing one (`kernels/weight/reoptimise.py`)."""

    close: int = 20
    """Changes are close to the least when they are at most one in so many more: within 5 %."""
    enough: float = 0.04
    """The share of its changes that a plan is repaired to in the first sweep; half as much in each further."""
    first_gap: float = 0.004
    """How far below its bound the first weight is that is attempted."""
    slack: float = 0.25
    patience: int = 4
    """Of the first sweep, twice as much in each further: see `Repair`."""
    standing: float = 0.8
    """The share of a large plan's meetings that stand already from which on it isn't annealed."""
    sweeps: int = 7


@dataclass(frozen=True)
class Repair:
    """The standing plan repaired for what weight is worth (`kernels/weight/repair.py`)."""

    share: float = 0.25
    least_share: float = 0.2
    most_share: float = 0.8
    """Of the slots, or parties, in the first neighbourhood, in the smallest, and in the largest."""
    whole: int = 500
    """Options up to which a neighbourhood may be the whole; more together are seldom solved soon."""
    growth: float = 1.06
    shrinking: float = 0.8
    """How that changes after a programme that gained nothing, and one that wasn't solved to the end."""
    gap: float = 0.1
    nudge: float = 0.001
    """In meetings that stay: how far from the best a programme may end; less than which, plans count as equal."""
    patience: int = 60
    """Times that HiGHS may ask whether to stop before it is stopped: a few tenths of a second."""
    tilt: float = 1.02
    """How much more a unit of weight is worth than by the prices: of plans worth the same, the heaviest is wanted."""
    tolerance: float = 1e-06
    cheapest: float = 0.2
    """The least that a unit of weight is worth, in meetings that stay: weight goes first even where it costs
    nothing."""


@dataclass(frozen=True)
class Breaks:
    """The kernel `breaks`."""

    patience_without_sets: int = 20_000
    """Conflicts without an answer, after which the tables are counted over independent sets that cover badly too."""
    reason_patience: int = 5_000
    """Conflicts after which a rule is kept without a proof that it's needed: some refutations are very hard
    without it."""
    undecided: int = 5
    """So many rules kept without a proof end the search for a smaller set."""
    small: int = 400
    """Up to this product of size and bound a sequential counter is shorter than a cardinality network."""
    conflicts_per_step: int = 100
    """Conflicts of a solver that count as one step of work."""
    longest_slice: int = 10_000
    shortest_slice: int = 500
    """Conflicts between two looks at the budget, at most and at least."""
    propagations: int = 8_000_000
    """Literals that follow from others, in a slice: about a second."""
    partner_slice: int = 2_000
    """Conflicts between two looks at what the first process has found."""
    denominator: int = 120
    """Prices are rounded to such parts; a bound with rounded prices is still a bound."""
    rounds: int = 20
    visits: int = 200_000
    """Changes tried for a heavier independent set: so many for each party, but no more than visit so many parties."""
    discount: int = 4
    """A party of the first set weighs so many times less in the second."""
    left_over: int = 6
    """Where one meeting in so many or more is in a cluster, tables counted so rarely bind, and slow the solver down."""


@dataclass(frozen=True)
class SolveParams:
    """All of them, by what they tune."""

    run: Run = Run()
    neighbourhoods: Neighbourhoods = Neighbourhoods()
    annealing: Annealing = Annealing()
    programmes: Programmes = Programmes()
    weight: Weight = Weight()
    rounds: Rounds = Rounds()
    nearby: Nearby = Nearby()
    again: Again = Again()
    repair: Repair = Repair()
    breaks: Breaks = Breaks()


PARAMS = SolveParams()
"""What every run is tuned by."""
