"""Proofs of refutations: clauses that leave no plan out, a checker that believes nothing, and files that may be bad."""

import json
import shutil
from dataclasses import replace
from itertools import combinations, product

import pytest
from click.testing import CliRunner
from pysat.solvers import Solver

from rbc_events.scheduling import Party, solve
from rbc_events.scheduling.cli import schedule
from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.objectives.must_haves import required
from rbc_events.scheduling.plan import Level
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.cnf import Cnf
from rbc_events.scheduling.verify.lrat import ProofError, check_lrat
from rbc_events.scheduling.verify.proof import needed, prove
from rbc_events.scheduling.verify.refutation import Refutation, refuted

from .brute import best_values
from .independent.events import event
from .makers import make_problem


def can_hold(cnf):
    with Solver(name="minisat22", bootstrap_with=cnf.clauses) as solver:
        return solver.solve()


def claim(problem, most_breaks):
    table = Timetable(problem, ())
    return Refutation(table, required(table), most_breaks=most_breaks, fair=True).cnf


def all_required(problem):
    requests = tuple(replace(request, must_have=True, veto=False) for request in problem.requests)
    return replace(problem, requests=requests, levels=("must_haves", "breaks"))


# The clauses


def random_events(number, most):
    """The first so many random events of all rules that can be read and all of whose requests can be held."""
    for seed in range(most):
        try:
            problem = all_required(read_problem(event(seed, slots=4, requests=3, parties=4)))
        except InputError:
            continue
        best = best_values(problem)
        if best["must_haves"] == len(problem.requests):
            yield problem, best
            number -= 1
            if not number:
                return
    raise AssertionError("too few events")


def test_under_all_rules_the_clauses_leave_no_plan_out():
    """What the best of all plans does, tried out without any code of the project, can't be refuted."""
    for problem, best in random_events(20, most=200):
        assert can_hold(claim(problem, best["breaks"])), problem


GRAPHS = [
    [("a", "b"), ("a", "c"), ("b", "c"), ("a", "d")],
    [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("a", "b")],
    [("a", "x", "y"), ("b", "x"), ("a", "b"), ("b", "y", "z")],
    [("a", "x"), ("a", "x"), ("b", "y"), ("b", "z")],
]


@pytest.mark.slow
@pytest.mark.parametrize(("graph", "tables", "fairness"), list(product(GRAPHS, [1, 2], [None, 0, 1])))
@pytest.mark.parametrize("closed", [(), ("s2", "s4")])
def test_of_a_plain_event_they_leave_nothing_but_plans(graph, tables, fairness, closed):
    problem = make_problem(graph, slots=5, tables=tables, fairness=fairness)
    free = frozenset(slot.id for slot in problem.slots) - set(closed)
    problem = all_required(replace(problem, parties=(Party("a", available=free), *problem.parties[1:])))
    best = best_values(problem)
    everybody_may_wait = all(sum(party.id in pair for pair in graph) > 1 for party in problem.parties)
    tight = fairness is None or not everybody_may_wait  # else fairness is there as far as all breaks together tell
    if best["must_haves"] < len(graph):
        assert not (tight and can_hold(claim(problem, None)))
        return

    assert can_hold(claim(problem, best["breaks"]))
    assert best["breaks"] == 0 or not (tight and can_hold(claim(problem, best["breaks"] - 1)))


@pytest.mark.parametrize(("number", "most"), [(1, 0), (3, 0), (3, 1), (4, 2), (5, 3), (3, 3)])
def test_a_counter_counts(number, most):
    cnf = Cnf()
    literals = [cnf.new() for _ in range(number)]
    cnf.at_most(literals, most)
    with Solver(name="minisat22", bootstrap_with=cnf.clauses) as solver:
        for size in range(number + 1):
            for true in combinations(literals, size):
                assert solver.solve(assumptions=[v if v in true else -v for v in literals]) == (size <= most)


def test_there_is_no_claim_where_a_meeting_may_be_left_out_or_is(crowded):
    problem, plan = crowded
    held, missing = Timetable(problem, plan.meetings), Timetable(problem, plan.meetings[1:])
    free = replace(problem, requests=(replace(problem.requests[0], must_have=False), *problem.requests[1:]))

    assert refuted(held, "breaks", 1) is not None
    assert refuted(missing, "breaks", 1) is None
    assert refuted(Timetable(free, plan.meetings), "breaks", 1) is None
    assert refuted(held, "weight", 1) is None


# The checker

CLAUSES = [(1, 2), (-1, 2), (1, -2), (-1, -2)]
PROOF = ["5 2 0 1 2 0", "5 d 1 0", "6 0 5 3 4 0"]


def test_a_proof_by_hand_holds():
    check_lrat(CLAUSES, PROOF)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ([], 0),
        (PROOF[:1], 0),
        (["5 2 0 1 0", *PROOF[1:]], 1),
        (["5 2 0 1 9 0", *PROOF[1:]], 1),
        (["5 2 0 0", *PROOF[1:]], 1),
        (["5 2 0 1 2", *PROOF[1:]], 1),
        (["5 2", *PROOF[1:]], 1),
        (["", *PROOF[1:]], 1),
        (["5 2 0 1 x 0", *PROOF[1:]], 1),
        (["5 2 0 -1 2 0", *PROOF[1:]], 1),
        ([PROOF[0], "5 d 3 0", PROOF[2]], 3),
        ([PROOF[0], "5 d 3", PROOF[2]], 2),
        (["5 0 1 2 0"], 1),
    ],
)
def test_one_that_proves_nothing_is_refused_at_its_line(lines, line):
    with pytest.raises(ProofError) as refused:
        check_lrat(CLAUSES, lines)
    assert refused.value.line == line


def test_a_solvers_proof_holds_with_and_without_what_it_does_not_need():
    cnf = Cnf()
    holes = [[cnf.new() for _ in range(4)] for _ in range(5)]
    for pigeon in holes:
        cnf.add(*pigeon)
    for hole in zip(*holes, strict=True):
        cnf.at_most_one(hole)
    proof = prove(cnf)

    check_lrat(cnf.clauses, proof.splitlines())
    assert needed(proof) == proof
    with pytest.raises(ProofError):
        check_lrat(cnf.clauses[1:], proof.splitlines())


def test_clauses_that_can_be_kept_have_none():
    cnf = Cnf()
    cnf.add(cnf.new(), cnf.new())
    assert prove(cnf) is None


# The command


@pytest.fixture(scope="module")
def crowded():
    """Two at one table whose meetings can't all follow each other."""
    pairs = [("a", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("c", "d")]
    problem = all_required(make_problem(pairs, slots=6, tables=1))
    plan = solve(problem, work=500)
    must, breaks = plan.certificate.levels
    word = Level("breaks", breaks.value, breaks.value, "sat-refutation")
    assert breaks.proved
    assert breaks.value > 0
    return problem, replace(plan, certificate=replace(plan.certificate, levels=(must, word)))


@pytest.fixture
def check(tmp_path, crowded):
    """`check --strict --proof` of the crowded event, or of another."""

    def run(problem=crowded[0], plan=crowded[1]):
        (tmp_path / "problem.json").write_text(problem_to_json(problem))
        (tmp_path / "plan.json").write_text(plan_to_json(plan))
        arguments = ["check", "problem.json", "plan.json", "--strict", "--proof", "proofs"]
        found = [str(tmp_path / a) if "." in a or a == "proofs" else a for a in arguments]
        return CliRunner().invoke(schedule, found)

    return run


def test_a_word_is_proved_and_the_proof_is_checked_again(check, tmp_path):
    first, second = check(), check()

    assert first.exit_code == second.exit_code == 0, first.output
    assert "A proof that holds shows the bound" in first.output
    assert first.output == second.output
    assert (tmp_path / "proofs" / "breaks.cnf").read_text().startswith("p cnf ")


def test_without_the_folder_it_stays_a_word(check, tmp_path):
    check()
    files = [str(tmp_path / name) for name in ("problem.json", "plan.json")]

    assert "On a solver's word alone" in CliRunner().invoke(schedule, ["check", *files]).output


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (lambda text: text[: text.rindex("\n", 0, -1) + 1], "the proof ends before it comes to a contradiction"),
        (lambda text: text[:-5], "doesn't follow"),
        (lambda text: "", "the proof ends before"),
        (lambda text: "\0\xff\n" + text, "line 1 doesn't follow"),
        (lambda text: text.split("\n", 1)[1], "doesn't follow"),
    ],
    ids=["a line short", "cut in a line", "empty", "no text", "its begin missing"],
)
def test_a_proof_that_is_cut_or_spoilt_is_one_clear_error(check, tmp_path, keep, said):
    check()
    proof = tmp_path / "proofs" / "breaks.lrat"
    proof.write_bytes(keep(proof.read_text()).encode("latin-1"))
    result = check()

    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.splitlines()) == 1


def test_a_proof_of_another_problem_is_one_clear_error(check, crowded, tmp_path):
    check()
    problem = replace(crowded[0], parties=(replace(crowded[0].parties[0], name="A"), *crowded[0].parties[1:]))
    pairs = [("a", "b"), ("a", "c"), ("b", "c"), ("b", "d"), ("c", "d")]
    other = all_required(make_problem(pairs, slots=6, tables=1))
    plan = solve(other, work=500)
    must, breaks = plan.certificate.levels
    plan = replace(
        plan, certificate=replace(plan.certificate, levels=(must, replace(breaks, method="cp-sat", dual=None)))
    )
    shutil.copytree(tmp_path / "proofs", tmp_path / "kept")
    result = check(other, plan)

    assert result.exit_code == 1
    assert result.output.splitlines() == [f"{tmp_path / 'proofs' / 'breaks.cnf'}: these are clauses of another "
                                          "problem or bound; its proof isn't one of this"]  # fmt: skip
    (tmp_path / "proofs" / "breaks.cnf").unlink()
    assert "doesn't follow" in check(other, plan).output
    assert json.loads(problem_to_json(problem)) != json.loads(problem_to_json(other))


def test_a_bound_that_is_too_high_gets_no_proof(check, crowded):
    """The plan found is as good as any: with a bound above its value the clauses hold it."""
    problem, plan = crowded
    word = plan.certificate.levels[1]
    table = Timetable(problem, plan.meetings)

    assert can_hold(refuted(table, "breaks", word.value + 1))


def test_must_haves_that_cannot_all_be_held_are_proved_too(check):
    pairs = [("a", "b"), ("a", "c"), ("b", "c"), ("a", "d")]
    problem = all_required(make_problem(pairs, slots=4, tables=1))
    requests = (*problem.requests[:3], replace(problem.requests[3], after=("r1", "r2", "r3"), slots=frozenset({"s3"})))
    problem = replace(problem, requests=requests)
    plan = solve(problem, work=500)
    must, *others = plan.certificate.levels
    assert plan.certificate.status == "infeasible"
    word = replace(must, method="cp-sat", dual=None)
    result = check(problem, replace(plan, certificate=replace(plan.certificate, levels=(word, *others))))

    assert f"A proof that holds shows the bound {must.bound} of must_haves" in result.output
