"""A checker of LRAT proofs: each clause must follow from those before by the unit steps that its hints name.

Cruz-Filipe, Heule, Hunt, Kaufmann, Schneider-Kamp, "Efficient Certified RAT Verification", CADE 2017. Steps that need
more than unit propagation (RAT) are refused; the solver that is used here makes none.
"""

from collections.abc import Iterable, Mapping, Sequence


class ProofError(ValueError):
    """A proof that proves nothing: the line from which it doesn't, from 1; 0 where it ends too soon."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


def check_lrat(clauses: Sequence[Sequence[int]], lines: Iterable[str]) -> None:
    """Whether the lines refute the clauses; raises ProofError where they don't."""
    known: dict[int, Sequence[int]] = dict(enumerate(clauses, 1))
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words[1:2] == ["d"]:
            for name in _numbers(words[2:], number, zeros=1):
                known.pop(name, None)
            continue
        name, *rest = _numbers(words, number, zeros=2)
        end = rest.index(0)
        clause, hints = rest[:end], rest[end + 1 : -1]
        if not _follows(clause, hints, known):
            raise ProofError(number)
        if not clause:
            return
        known[name] = clause
    raise ProofError(0)


def _numbers(words: list[str], line: int, *, zeros: int) -> list[int]:
    """Numbers with so many zeros, one of them at the end: between a clause and its hints stands one as well."""
    try:
        numbers = [int(word) for word in words]
    except ValueError:
        raise ProofError(line) from None
    if numbers[-1:] != [0] or numbers[0] == 0 or numbers.count(0) != zeros:
        raise ProofError(line)
    return numbers


def _follows(clause: Sequence[int], hints: Sequence[int], known: Mapping[int, Sequence[int]]) -> bool:
    """Whether a clause's literals can't all be false: each hint leaves one literal that must be true, the last none."""
    false = set(clause)
    for hint in hints:
        left = [literal for literal in known.get(hint, (0, 0)) if literal not in false]
        if not left:
            return True
        if len(left) > 1:
            return False
        false.add(-left[0])
    return False
