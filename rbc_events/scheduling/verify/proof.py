"""Proofs of what would otherwise rest on a solver's word: made once, kept in files, checked by `check` itself.

For a level, `LEVEL.cnf` holds the clauses of `verify.refutation` (DIMACS), `LEVEL.lrat` a proof that they can't hold
together. CaDiCaL finds it (Biere, Fleury, Froleyks, Heule: PySAT's 1.9.5), and is believed nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import pysolvers
from pysat.solvers import Cadical195

from rbc_events.scheduling.formats.atomic_write import write_whole
from rbc_events.scheduling.plan import Level, Plan, Reason
from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.certificate import unverified
from rbc_events.scheduling.verify.cnf import Cnf
from rbc_events.scheduling.verify.lrat import ProofError, check_lrat
from rbc_events.scheduling.verify.refutation import refuted

MOST_BYTES = 500_000_000


def check_proofs(problem: Problem, plan: Plan, folder: Path) -> Iterator[tuple[Level, Reason | None]]:
    """For each level that rests on a solver's word and can be proved by clauses: what is wrong with its proof, or None.

    A proof that isn't in the folder is made first, and written there. Raises OSError, and KeyboardInterrupt on Ctrl-C.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = Timetable(problem, plan.meetings)
    for level in unverified(plan):
        cnf = None if level.bound is None else refuted(table, level.name, level.bound)
        if cnf is not None:
            yield level, _wrong(cnf, level, folder / f"{level.name}.cnf", folder / f"{level.name}.lrat")


def _wrong(cnf: Cnf, level: Level, clauses: Path, proof: Path) -> Reason | None:
    text = cnf.text()
    if not proof.exists():
        found = prove(cnf)
        if found is None:
            return Reason("not_refuted", {"level": level.name})
        write_whole(clauses, text)
        write_whole(proof, found)
    if clauses.exists() and (clauses.stat().st_size != len(text) or clauses.read_text("utf-8", "replace") != text):
        return Reason("proof_of_another", {"file": str(clauses)})
    if proof.stat().st_size > MOST_BYTES:
        return Reason("too_large", {"size": proof.stat().st_size, "limit": MOST_BYTES})
    try:
        with proof.open(encoding="utf-8", errors="replace") as lines:
            check_lrat(cnf.clauses, lines)
    except ProofError as error:
        if error.line:
            return Reason("proof_wrong", {"file": str(proof), "line": error.line})
        return Reason("proof_cut", {"file": str(proof)})
    return None


def prove(cnf: Cnf) -> str | None:
    """A proof, without the steps that it doesn't need; None where the clauses can hold together."""
    solver = Cadical195()
    solver.configure({"lrat": 1, "binary": 0})
    solver.prfile = TemporaryFile()  # noqa: SIM115 - closed by `delete`
    solver.prfp = pysolvers.cadical195_tracepr(solver.cadical, solver.prfile)
    try:
        for clause in cnf.clauses:
            solver.add_clause(list(clause))
        if solver.solve():
            return None
        pysolvers.flushpr(solver.prfp)
        solver.prfile.seek(0)
        return needed(solver.prfile.read().decode())
    except pysolvers.error:  # which is what it makes of Ctrl-C
        raise KeyboardInterrupt from None
    finally:
        solver.delete()


def needed(proof: str) -> str:
    """The steps of a refutation that its last one comes from; whatever is deleted stays."""
    kept: list[str] = []
    wanted: set[int] = set()
    for line in reversed(proof.splitlines()):
        words = line.split()
        if words[1] == "d":
            continue
        if not kept or int(words[0]) in wanted:
            kept.append(line)
            wanted.update(map(int, words[words.index("0") + 1 : -1]))
    return "\n".join((*reversed(kept), ""))
