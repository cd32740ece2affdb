"""The `rbc-events schedule` commands."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rbc_events.scheduling.deadline import LATENESS, LATENESS_OF_ONE, LEAVING, left_of, started
from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.formats.atomic_write import expect_writable, write_whole
from rbc_events.scheduling.messages import say
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.signals import until_told_to_end

if TYPE_CHECKING:
    from rbc_events.scheduling.explaining import Explanation
    from rbc_events.scheduling.plan import Plan, Progress
    from rbc_events.scheduling.problem import Problem

BESIDE, WORDS = 24, 45
"""Columns of a progress bar's brackets, per cent and seconds left; and of what is said beside it."""
EXIT_FAULTS, EXIT_INPUT, EXIT_INFEASIBLE = 1, 2, 3
INPUT = click.argument("problem", metavar="INPUT", type=click.Path(dir_okay=False, path_type=Path))
FAIRNESS = click.IntRange(0, 10**9)
FAIRNESS_AS_SOLVED = click.option("--fairness", type=FAIRNESS, help="As given to solve.")
LEVELS_AS_SOLVED = click.option("--levels", help="As given to solve.")
PLAN = click.argument("plan", metavar="PLAN.json", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def schedule() -> None:
    """Make timetables of one-to-one meetings, check them, and explain them.

    INPUT is a problem as .json (docs/scheduling-format.md) or as .dzn of the published benchmark.
    """


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Bad input and files that can't be read or written end in one line on standard error and exit code 2."""
    try:
        yield
    except InputError as error:
        click.echo(f"error: {_printable(str(error))}", err=True)
        sys.exit(EXIT_INPUT)
    except OSError as error:
        click.echo(_printable(f"error: {error.filename or ''}: {error.strerror or error}"), err=True)
        sys.exit(EXIT_INPUT)


def _printable(text: str) -> str:
    """A text from a file for a terminal: what would move the cursor, or can't be encoded, by its number."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class _Seconds(click.FloatRange):
    """A number of seconds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = super().convert(value, param, ctx)
        if seconds != seconds:  # no range keeps NaN out
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return float(seconds)


@schedule.command()
@INPUT
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the plan goes."
)
@click.option(
    "--time-limit",
    type=_Seconds(0.1, 1e9),
    help="Seconds of the whole command (60 if neither this nor --work is given).",
)
@click.option("--work", type=click.IntRange(1, 10**9), help="Steps instead of seconds: the same plan on every run.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--fairness", type=FAIRNESS, help="How far people's numbers of breaks may lie apart.")
@click.option("--levels", help="What to optimise, the most important first, with commas between.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processor cores to use.")
def solve(
    problem: Path,
    output: Path,
    time_limit: float | None,
    work: int | None,
    seed: int,
    fairness: int | None,
    levels: str | None,
    workers: int,
) -> None:
    """Make the best timetable for INPUT, with a certificate of how good it is.

    Exit code 0: a plan; 3: must-haves that can't all be held (the plan holds as many as possible, and says why not
    more); 2: bad input. The output is written whole or not at all. Ctrl-C or SIGTERM ends the search with the best
    plan so far; a second one ends the command.
    """
    begin = started()
    if time_limit is not None and work is not None:
        raise click.UsageError("--time-limit and --work: one or the other.")
    with _one_line_errors():
        from rbc_events.scheduling.formats.files import read_problem_file, with_options
        from rbc_events.scheduling.formats.plan_json import plan_to_json

        expect_writable(output)
        reading = time.monotonic()
        given = with_options(read_problem_file(problem), fairness=fairness, levels=levels)
        ending = time.monotonic() - reading + LEAVING  # writing takes about as long as reading
        plan = _made(given, begin, ending, seed=seed, time_limit=time_limit, work=work, workers=workers)
        write_whole(output, plan_to_json(plan))
    _summary(plan)
    _leave(EXIT_INFEASIBLE if plan.certificate.status == "infeasible" else 0)


def _made(
    problem: "Problem",
    begin: float,
    ending: float,
    *,
    seed: int,
    time_limit: float | None,
    work: int | None,
    workers: int,
) -> "Plan":
    """The plan, made within what the loading of the solvers leaves of the limit."""
    from rbc_events.scheduling.solving.lexicographic import solve as make  # bad input needn't wait for it

    if work is None:
        time_limit = left_of(time_limit or PARAMS.run.default_seconds, begin, ending, LATENESS)
    with _progress() as report:
        return until_told_to_end(
            lambda stopped: make(
                problem,
                seed=seed,
                time_limit=time_limit,
                work=work,
                workers=workers,
                on_progress=report,
                should_stop=stopped,
            )
        )


@schedule.command()
@INPUT
@PLAN
@FAIRNESS_AS_SOLVED
@LEVELS_AS_SOLVED
@click.option("--strict", is_flag=True, help="Take no solver's word: exit code 1 where a bound rests on one.")
@click.option(
    "--proof",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where proofs of refutations are: each is checked, and made before if it isn't there.",
)
def check(
    problem: Path, plan: Path, fairness: int | None, levels: str | None, strict: bool, proof: Path | None
) -> None:
    """Check a plan and its certificate against INPUT, with code that shares nothing with the solvers.

    Exit code 0 only where every rule, every value and every bound that can be computed again holds, and what rests on
    a solver's word is named (with --strict nothing may); 1 otherwise; 2 if a file can't be read.
    """
    with _one_line_errors():
        from rbc_events.scheduling.formats.files import read_plan_file, read_problem_file, with_options
        from rbc_events.scheduling.verify.report import Report

        given = with_options(read_problem_file(problem), fairness=fairness, levels=levels)
        report = Report(given, read_plan_file(plan), proof)
    for line in report.lines:
        click.echo(_printable(line))
    if report.wrong or (strict and report.on_a_word):
        sys.exit(EXIT_FAULTS)


@schedule.command()
@INPUT
@PLAN
@click.argument("request")
@click.option("--time-limit", type=_Seconds(0.1, 1e9), default=10.0, show_default=True, help="Seconds.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@FAIRNESS_AS_SOLVED
@LEVELS_AS_SOLVED
def explain(
    problem: Path, plan: Path, request: str, time_limit: float, seed: int, fairness: int | None, levels: str | None
) -> None:
    """Say why REQUEST was left out of a plan, and what letting it in would cost whom."""
    begin = started()
    with _one_line_errors():
        from rbc_events.scheduling.explaining import explain as explain_request
        from rbc_events.scheduling.formats.canonical_json import input_hash
        from rbc_events.scheduling.formats.files import read_plan_file, read_problem_file, with_options

        given = with_options(read_problem_file(problem), fairness=fairness, levels=levels)
        if request not in {r.id for r in given.requests}:
            raise InputError("unknown_id", kind="request", id=request)
        made = read_plan_file(plan)
        if made.certificate.input_hash != input_hash(given):
            raise InputError("another_input")
        if request in {m.request for m in made.meetings}:
            raise InputError("is_held", request=request)
        left = left_of(time_limit, begin, LEAVING, LATENESS_OF_ONE)
        explanation = explain_request(given, made, request, time_limit=left, seed=seed)
    if any(r.id == request and r.veto for r in given.requests):
        click.echo(_printable(f"{say('is_vetoed', {'request': request})}: no plan can hold it."))
    else:
        for slot, reasons in explanation.blocked.items():
            against = "; ".join(say(r.code, r.arguments) for r in reasons)
            click.echo(_printable(f"{slot}: {against or 'it could be added'}"))
        _cheapest_change(given, explanation)
    _leave(0)


def _cheapest_change(given: "Problem", explanation: "Explanation") -> None:
    if not explanation.possible:
        click.echo("No plan was found that holds it." if not explanation.proved else "No plan can hold it.")
        return
    proof = "" if explanation.proved else " (the best found, not proved)"
    losers = explanation.losers(given)
    cost = f"if others lose meetings of weight {explanation.lost}" if losers else "and nobody loses a meeting"
    if not explanation.changes:
        click.echo(f"It gets in {cost}.")
        return
    click.echo(f"It gets in {cost}, with {_counted(len(explanation.changes), 'change')}{proof}:")
    for change in explanation.changes:
        where = f" to {change.after.slot}" if change.kind == "moved" and change.after else ""
        click.echo("  " + _printable(f"{change.request}: {change.kind}{where}"))
    if losers:
        click.echo(_printable(f"Those who would lose a meeting: {', '.join(losers)}."))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@contextmanager
def _progress() -> Iterator[Callable[["Progress"], None]]:
    """A bar of time or work on a terminal, with the level, its value, bound and gap; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    columns = os.get_terminal_size(sys.stderr.fileno()).columns
    width = min(max(columns - BESIDE - WORDS, 4), 36)
    room = max(columns - BESIDE - width, 0)

    def shown(item: str | None) -> str:
        return (item or "")[:room]

    with click.progressbar(length=1000, width=width, show_pos=False, file=sys.stderr, item_show_func=shown) as bar:

        def report(progress: "Progress") -> None:
            gap = "" if progress.gap is None else f" gap {progress.gap:.2%}"
            bound = "" if progress.bound is None else f" bound {progress.bound}"
            ahead = int(progress.used * 1000) - bar.pos
            bar.update(max(ahead, 0), f"{progress.level} {progress.value}{bound}{gap}")

        yield report


def _leave(code: int) -> None:
    """End the command. Collecting what the solvers' libraries leave behind would take a third of a second more."""
    gc.freeze()
    sys.exit(code)


@schedule.command("compile")
def compile_loops() -> None:
    """Compile the inner loops now, instead of in the first run that needs them (about half a minute)."""
    click.echo("Compiling the scheduler's inner loops (once for each version, about half a minute) ...")
    from rbc_events.scheduling.jit.precompile import compile_loops as compile_now  # loads numba

    compile_now()


def _summary(plan: "Plan") -> None:
    certificate = plan.certificate
    added = sum(change.kind == "added" for change in plan.changes)
    click.echo(f"{certificate.status}: {_counted(len(plan.meetings), 'meeting')}, {len(plan.left_out)} left out, "
               f"{_counted(len(plan.changes) - added, 'change')}, {added} added, "
               f"{certificate.seconds:.1f} s, {_counted(certificate.work, 'step')}")  # fmt: skip
    for level in certificate.levels:
        gap = "" if level.gap is None else f"{level.gap:.2%}"
        bound = "-" if level.bound is None else level.bound
        state = "proved" if level.proved else f"gap {gap}" if gap else "no bound"
        click.echo(f"  {level.name:15} {level.value:>8}  bound {bound:>8}  {state} ({level.method})")
    for reason in certificate.conflict:
        click.echo(_printable(f"  because {say(reason.code, reason.arguments)}"))
    if certificate.conflict_note:
        click.echo(f"  {say(certificate.conflict_note, {})}")
