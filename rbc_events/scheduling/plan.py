"""What the scheduler gives back: a plan, and the certificate that says how good it is."""

from dataclasses import dataclass, field

from rbc_events.scheduling.problem import Meeting


@dataclass(frozen=True, slots=True)
class Dual:
    """Multipliers of a linear relaxation, as exact fractions: numerators over `denominator`.

    Of must-haves or weight; or of what another level counts, in plans that are no worse than this one on those before.
    None is negative but, in these, those of a party's time.

    slots               for one place in a slot, by slot
    parties             for one of a party's meetings in a slot, the same in every slot, by party
    party_slots         what a single slot adds to that, by party and slot
    interpreters, interpreter_slots   likewise
    most, most_per_day  for one of the most meetings of a party, in all and by day
    weight              what a unit of weight is worth against one of what is counted
    kept                what a unit of other levels, kept before, is worth likewise
    continents          how often a continent's inconvenience is taken instead of the worst-off one's, by continent
    """

    denominator: int
    slots: dict[str, int] = field(default_factory=dict)
    parties: dict[str, int] = field(default_factory=dict)
    party_slots: dict[str, dict[str, int]] = field(default_factory=dict)
    interpreters: dict[str, int] = field(default_factory=dict)
    interpreter_slots: dict[str, dict[str, int]] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    most_per_day: dict[str, dict[str, int]] = field(default_factory=dict)
    weight: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    continents: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a certificate. `bound` is what no plan can pass while the levels before keep their values.

    method  how the bound is known: `trivial`, `counting`, `lp-dual` (checked exactly from `dual`), `kernel-counting`
            (likewise, where it comes with its prices), `sat-refutation` or `cp-sat` (the word of a solver)
    stated  gap and `proved` as a file has them; None in a plan just made
    """

    name: str
    value: int
    bound: int | None
    method: str
    dual: Dual | None = None
    stated: tuple[float | None, bool] | None = field(default=None, compare=False)

    @property
    def proved(self) -> bool:
        """Whether the value is the best there is."""
        return self.bound == self.value

    @property
    def gap(self) -> float | None:
        """The distance from value to bound as a share of the larger one; None without a bound."""
        if self.bound is None:
            return None
        return abs(self.value - self.bound) / max(abs(self.value), abs(self.bound), 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule in a refusal or a conflict: a code with its arguments, so that it can be said in any language."""

    code: str
    arguments: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that can't hold together; `minimal`: shown that without any one of them the others can."""

    reasons: tuple[Reason, ...] = ()
    minimal: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """How a plan differs from the standing one: a meeting `dropped`, `moved`, `added`, its `place` or `interpreter`."""

    request: str
    kind: str
    before: Meeting | None
    after: Meeting | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """Status `optimal` (every level proved), `feasible`, `infeasible` (with a conflict) or `unknown`.

    conflict          where infeasible: rules that can't hold together; () where none was found in time
    conflict_minimal  whether it was shown that without any one of these rules the others can hold
    """

    status: str
    levels: tuple[Level, ...]
    input_hash: str
    seed: int
    work: int
    seconds: float
    versions: dict[str, str]
    conflict: tuple[Reason, ...] = ()
    conflict_minimal: bool = False

    @property
    def conflict_note(self) -> str:
        """The code of what is to be said of a conflict that isn't shown minimal; empty: nothing."""
        if self.status != "infeasible" or self.conflict_minimal:
            return ""
        return "conflict_not_minimal" if self.conflict else "no_conflict_found"


@dataclass(frozen=True, slots=True)
class Plan:
    """The meetings held, the requests left out, the changes against the standing plan, and the certificate."""

    meetings: tuple[Meeting, ...]
    left_out: tuple[str, ...]
    changes: tuple[Change, ...]
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: the level, its value and bound so far, and the share (0 to 1) of time or work that is used."""

    level: str
    value: int
    bound: int | None
    used: float

    @property
    def gap(self) -> float | None:
        """The distance from value to bound as a share of the larger one; None without a bound."""
        return Level(self.level, self.value, self.bound, "").gap
