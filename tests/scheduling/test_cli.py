import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE

import psutil
import pytest
from click.testing import CliRunner

from rbc_events.scheduling import Meeting, Party, Request
from rbc_events.scheduling.cli import schedule
from rbc_events.scheduling.formats.atomic_write import write_whole
from rbc_events.scheduling.formats.canonical_json import problem_to_json

from .makers import make_problem

PAIRS = [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")]


@pytest.fixture
def problem(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(problem_to_json(make_problem(PAIRS, slots=2, tables=2)))
    return path


def run(*arguments):
    return CliRunner().invoke(schedule, [str(argument) for argument in arguments])


def test_solve_check_and_explain_go_together(problem, tmp_path):
    plan = tmp_path / "plan.json"

    solved = run("solve", problem, "-o", plan, "--work", 1000)
    checked = run("check", problem, plan)
    left_out = json.loads(plan.read_text())["left_out"]
    explained = run("explain", problem, plan, left_out[0], "--time-limit", 60)

    assert (solved.exit_code, checked.exit_code, explained.exit_code) == (0, 0, 0)
    assert "3 meetings, 1 left out" in solved.stdout
    assert "Every rule, every value and every bound holds." in checked.stdout
    assert "It gets in" in explained.stdout


def test_changes_and_added_meetings_are_told_apart(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(problem_to_json(make_problem(PAIRS, tables=2, standing=(Meeting("r1", "s1"),))))

    solved = run("solve", path, "-o", tmp_path / "plan.json", "--work", 1000)

    assert "4 meetings, 0 left out, 0 changes, 3 added," in solved.stdout


def test_explain_takes_the_options_of_solve_and_refuses_another_problem(problem, tmp_path):
    plan = tmp_path / "plan.json"
    options = ("--fairness", 0, "--levels", "must_haves,weight")
    run("solve", problem, "-o", plan, "--work", 1000, *options)
    left_out = json.loads(plan.read_text())["left_out"][0]

    with_them = run("explain", problem, plan, left_out, *options)
    without = run("explain", problem, plan, left_out)

    assert (with_them.exit_code, "s1: " in with_them.stdout) == (0, True)
    assert without.exit_code == 2
    assert without.stderr == "error: the plan was made from another input, or with other --levels or --fairness\n"
    assert "or with other --levels or --fairness" in run("check", problem, plan).stdout


def test_a_veto_alone_explains_that_a_request_is_left_out(tmp_path):
    path, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    content = json.loads(problem_to_json(make_problem(PAIRS, slots=2)))
    content["requests"][0]["veto"] = True
    path.write_text(json.dumps(content))
    run("solve", path, "-o", plan, "--work", 50)

    explained = run("explain", path, plan, "r1")

    assert (explained.exit_code, explained.stdout) == (0, "request r1 is vetoed: no plan can hold it.\n")


@pytest.mark.parametrize(
    ("slots", "free", "weight", "said"),
    [
        (2, "s2", 1, "It gets in and nobody loses a meeting.\n"),
        (2, "s1", 1, "It gets in and nobody loses a meeting, with 1 change:\n  r1: moved to s2\n"),
        (
            1,
            "s1",
            0,
            "It gets in if others lose meetings of weight 0, with 1 change:\n  r1: dropped\n"
            "Those who would lose a meeting: a, b.\n",
        ),
    ],
)
def test_what_letting_a_request_in_costs_is_a_sentence(tmp_path, slots, free, weight, said):
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    parties = (Party("a"), Party("b"), Party("c", available=frozenset({free})))
    requests = (Request("r1", ("a", "b"), weight=weight), Request("r2", ("b", "c"), weight=weight))
    problem.write_text(problem_to_json(make_problem([], slots=slots, parties=parties, requests=requests)))
    run("solve", problem, "-o", plan, "--work", 50)
    content = json.loads(plan.read_text())
    content.update(meetings=[{"request": "r1", "slot": "s1"}], left_out=["r2"])
    plan.write_text(json.dumps(content))

    explained = run("explain", problem, plan, "r2", "--time-limit", 60)

    assert explained.stdout.endswith("\n" + said)


def test_the_same_seed_and_work_give_the_same_file_but_for_the_seconds(problem, tmp_path):
    plans = []
    for name in ("one.json", "two.json"):
        run("solve", problem, "-o", tmp_path / name, "--work", 50, "--seed", 7)
        content = json.loads((tmp_path / name).read_text())
        del content["certificate"]["seconds"]
        plans.append(content)

    assert plans[0] == plans[1]


def test_a_fault_in_a_plan_ends_in_exit_code_1(problem, tmp_path):
    plan = tmp_path / "plan.json"
    run("solve", problem, "-o", plan, "--work", 50)
    content = json.loads(plan.read_text())
    content["meetings"] = content["meetings"][1:]
    plan.write_text(json.dumps(content))

    checked = run("check", problem, plan)

    assert checked.exit_code == 1
    assert "the list of requests left out is wrong" in checked.stdout


def test_must_haves_that_cannot_all_be_held_end_in_exit_code_3_and_a_reason(tmp_path):
    path = tmp_path / "problem.json"
    content = json.loads(problem_to_json(make_problem(PAIRS, slots=2)))
    for request in content["requests"]:
        request["must_have"] = True
    path.write_text(json.dumps(content))

    solved = run("solve", path, "-o", tmp_path / "plan.json", "--work", 1000)

    assert solved.exit_code == 3
    assert "because request r1 must be held" in solved.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "error: not JSON"),
        (b"\xff\xfe", "error: not UTF-8"),
        (
            b'{"slots": 1, "tables": 1, "free": [[0]], "requests": [[0, 0, 1]]}',
            "error: /requests/0/1: party p0",
        ),
        (
            b'{"slots": 1, "tables": 1, "free": [[0]], "requests": [[0, 1, NaN]]}',
            "error: /requests/0/2: NaN is no number",
        ),
    ],
)
def test_bad_input_is_one_line_and_no_file(tmp_path, content, message):
    (tmp_path / "problem.json").write_bytes(content)

    result = run("solve", tmp_path / "problem.json", "-o", tmp_path / "plan.json")

    assert result.exit_code == 2
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize(
    "arguments", [("solve", "nowhere.json", "-o", "plan.json"), ("check", "nowhere.json", "no.json")]
)
def test_a_file_that_is_not_there_is_one_line(arguments):
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stderr == "error: nowhere.json: No such file or directory\n"


def test_an_unknown_request_or_level_is_one_line(problem, tmp_path):
    run("solve", problem, "-o", tmp_path / "plan.json", "--work", 50)

    unknown = run("explain", problem, tmp_path / "plan.json", "r99")
    level = run("solve", problem, "-o", tmp_path / "other.json", "--levels", "beauty")
    twice = run("solve", problem, "-o", tmp_path / "other.json", "--levels", "breaks,breaks")

    assert (unknown.exit_code, unknown.stderr) == (2, "error: there is no request r99\n")
    assert (level.exit_code, level.stderr[:33]) == (2, "error: --levels: must be one of m")
    assert (twice.exit_code, twice.stderr) == (2, "error: --levels: the identifier breaks is used twice\n")
    assert not (tmp_path / "other.json").exists()


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "plan.json"
    path.write_text("before")

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "after")

    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["plan.json"]


def wait_for_the_search(process: "subprocess.Popen[bytes]") -> None:
    """Until the command listens to requests to end, as it does while it searches, and has searched for a second or two
    of the processor's time, however long the machine takes for that."""
    status, own = Path(f"/proc/{process.pid}/status"), psutil.Process(process.pid)
    if not status.exists():
        pytest.skip("only Linux tells which signals a process listens to")
    while not caught(status.read_text()) & 1 << signal.SIGTERM - 1:
        assert process.poll() is None
        time.sleep(0.1)
    begun = own.cpu_times().user
    while own.cpu_times().user < begun + 1.5:
        assert process.poll() is None
        time.sleep(0.1)


def caught(status: str) -> int:
    return int(re.search(r"SigCgt:\s+(\w+)", status)[1], 16)


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_no_partial_file(tmp_path):
    path = tmp_path / "problem.json"
    pairs = [(f"p{a}", f"p{b}") for a in range(40) for b in range(a)]
    path.write_text(problem_to_json(make_problem(pairs, slots=12, tables=10)))
    command = [sys.executable, "-m", "rbc_events", "schedule", "solve", str(path), "-o", str(tmp_path / "plan.json")]

    with subprocess.Popen([*command, "--time-limit", "300"], stderr=subprocess.PIPE) as process:
        wait_for_the_search(process)
        process.kill()
        _, errors = process.communicate()

    assert process.returncode != 0
    assert b"Traceback" not in errors
    assert os.listdir(tmp_path) == ["problem.json"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("parties", [18, 40])
def test_ctrl_c_or_a_request_to_end_ends_the_search_with_the_best_plan_so_far(tmp_path, parties, number):
    """Where CP-SAT has the whole problem, and where it has parts of it."""
    path, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    pairs = [(f"p{a}", f"p{b}") for a in range(parties) for b in range(a)]
    problem = make_problem(pairs, slots=12, tables=parties // 4)
    path.write_text(problem_to_json(replace(problem, levels=("must_haves", "floors", "breaks", "weight"))))
    command = [sys.executable, "-m", "rbc_events", "schedule", "solve", str(path), "-o", str(plan)]

    with subprocess.Popen([*command, "--time-limit", "300"], stdout=PIPE, stderr=PIPE) as process:
        wait_for_the_search(process)
        process.send_signal(number)
        _, errors = process.communicate()

    assert (process.returncode, errors) == (0, b"")
    assert run("check", path, plan).exit_code == 0
    assert json.loads(plan.read_text())["certificate"]["status"] == "feasible"


def test_a_time_limit_and_a_limit_of_work_exclude_each_other(problem, tmp_path):
    outcome = run("solve", problem, "-o", tmp_path / "plan.json", "--time-limit", 1, "--work", 1)

    assert outcome.exit_code == 2
    assert "one or the other" in outcome.stderr


@pytest.mark.parametrize("limit", ["nan", "inf", "-1", "1e400"])
def test_a_time_limit_is_a_finite_number_of_seconds(problem, tmp_path, limit):
    outcome = run("solve", problem, "-o", tmp_path / "plan.json", f"--time-limit={limit}")

    assert outcome.exit_code == 2
    assert "--time-limit" in outcome.stderr
    assert list(tmp_path.iterdir()) == [problem]


def test_a_number_of_thousands_of_digits_is_refused_at_its_place(tmp_path):
    path = tmp_path / "problem.json"
    content = json.loads(problem_to_json(make_problem(PAIRS)))
    content["requests"][0]["weight"] = "many"
    path.write_text(json.dumps(content).replace('"many"', "9" * 5000))

    outcome = run("solve", path, "-o", tmp_path / "plan.json")

    assert outcome.exit_code == 2
    assert outcome.stderr == (
        "error: /requests/0/weight: must be between 0 and 1000000000, not a number of many digits\n"
    )


def test_half_a_character_is_refused_at_its_place(tmp_path):
    path = tmp_path / "problem.json"
    content = json.loads(problem_to_json(make_problem(PAIRS)))
    content["parties"][0]["id"] = "\ud800"
    path.write_text(json.dumps(content))

    outcome = run("solve", path, "-o", tmp_path / "plan.json")

    assert (outcome.exit_code, outcome.stderr) == (2, "error: /parties/0/id: not UTF-8 text\n")


def test_what_a_file_says_cannot_move_the_cursor_of_the_terminal(problem):
    outcome = run("explain", problem, problem, "\x1b[2J\n\ud800")

    assert outcome.exit_code == 2
    assert outcome.stderr == "error: there is no request \\u001b[2J\\u000a\\ud800\n"


def test_a_device_is_written_to_and_a_link_stays_a_link(problem, tmp_path):
    link, target = tmp_path / "link.json", tmp_path / "target.json"
    link.symlink_to(target)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(link, "{}")
    write_whole(pipe, "{}")

    assert (link.is_symlink(), target.read_text()) == (True, "{}")
    assert (pipe.is_fifo(), os.read(reader, 100)) == (True, b"{}")
    os.close(reader)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
def test_a_full_disk_is_one_line_that_names_the_file(problem):
    outcome = run("solve", problem, "-o", "/dev/full", "--work", 100)

    assert outcome.exit_code == 2
    assert outcome.stderr == "error: /dev/full: No space left on device\n"


def test_a_strict_reader_takes_no_solvers_word(problem, tmp_path):
    plan = tmp_path / "plan.json"
    assert run("solve", problem, "-o", plan, "--work", 100).exit_code == 0
    assert run("check", problem, plan, "--strict").exit_code == 0
    data = json.loads(plan.read_text())
    level = data["certificate"]["levels"][1]
    level["method"] = "cp-sat"
    level.pop("dual", None)
    plan.write_text(json.dumps(data))

    believed, strict = run("check", problem, plan), run("check", problem, plan, "--strict")

    assert (believed.exit_code, strict.exit_code) == (0, 1)
    assert believed.output == strict.output
    assert f"On a solver's word alone rests the bound {level['bound']} of {level['name']} (cp-sat)." in believed.output


def test_a_plan_of_another_problem_is_one_clear_error(problem, tmp_path):
    plan, other = tmp_path / "plan.json", tmp_path / "other.json"
    assert run("solve", problem, "-o", plan, "--work", 100).exit_code == 0
    other.write_text(problem_to_json(make_problem([("x", "y"), ("y", "z")], slots=1)))

    outcome = run("check", other, plan)

    assert outcome.exit_code == 1
    assert outcome.output.splitlines() == ["the plan was made from another input, or with other --levels or --fairness"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_plan_that_was_cut_is_one_clear_error(problem, tmp_path, share):
    plan = tmp_path / "plan.json"
    assert run("solve", problem, "-o", plan, "--work", 100).exit_code == 0
    whole = plan.read_bytes()
    plan.write_bytes(whole[: int(len(whole) * share)])

    outcome = run("check", problem, plan)

    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert "not JSON" in outcome.stderr
