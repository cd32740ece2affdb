"""What `rbc-events schedule check` says of a plan, line by line."""

from collections.abc import Iterator
from pathlib import Path

from rbc_events.scheduling.messages import say
from rbc_events.scheduling.plan import Plan
from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.verify.certificate import check, unverified, unverified_conflict


class Report:
    """The lines, whether something is wrong, and whether something rests on a solver's word.

    proofs  a folder for proofs of what would rest on it, made where they are missing. May raise OSError.
    """

    def __init__(self, problem: Problem, plan: Plan, proofs: Path | None = None) -> None:
        found = check(problem, plan)
        faults = tuple(fault for fault in found if fault.code == "another_input") or found
        self.lines = [say(fault.code, fault.arguments) for fault in faults]
        self.wrong = bool(faults)
        self.on_a_word = False
        if faults:
            return
        proved = set(self._prove(problem, plan, proofs)) if proofs is not None else set()
        if not self.wrong:
            self._say_what_holds(problem, plan, proved)

    def _prove(self, problem: Problem, plan: Plan, proofs: Path) -> Iterator[str]:
        from rbc_events.scheduling.verify.proof import check_proofs  # here: it loads a SAT solver

        for level, reason in check_proofs(problem, plan, proofs):
            if reason is None:
                yield level.name
                file = proofs / f"{level.name}.lrat"
                self.lines.append(f"A proof that holds shows the bound {level.bound} of {level.name}: {file}")
            else:
                self.lines.append(say(reason.code, reason.arguments))
                self.wrong |= reason.code != "not_refuted"

    def _say_what_holds(self, problem: Problem, plan: Plan, proved: set[str]) -> None:
        levels = [level for level in unverified(plan) if level.name not in proved]
        words = [f"the bound {level.bound} of {level.name} ({level.method})" for level in levels]
        words += ["the conflict"] if unverified_conflict(problem, plan) else []
        self.on_a_word = bool(words)
        if not words:
            self.lines.append("Every rule, every value and every bound holds.")
            return
        self.lines.append("Every rule and every value holds, and every bound that can be computed again.")
        self.lines += [f"On a solver's word alone rests {word}." for word in words]
