"""`rbc-events run`, as a person starts and stops it."""

import fcntl
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest
from sqlalchemy import make_url

from rbc_events import assets
from rbc_events.config import Config
from rbc_events.serving import web_command
from tests.conftest import create_postgres_database
from tests.servers import free_port, wait_until_up

pytestmark = pytest.mark.slow


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """What a failed test started doesn't outlive it."""
    yield
    while STARTED:
        running = STARTED.pop()
        running.kill()
        running.communicate(timeout=60)


def start(instance: Path, port: int, *options: str, **variables: str) -> subprocess.Popen[str]:
    settings = {"RBC_INSTANCE": str(instance), "PORT": str(port), "RBC_ENV": "development"}
    environment = {**os.environ, **settings, **variables}
    command = [sys.executable, "-m", "rbc_events", "run", *options]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    STARTED.append(running)
    return running


def wait_for_page(port: int, running: subprocess.Popen[str]) -> str:
    pages = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/events", timeout=60) as response:
            pages.append(response.read().decode())

    wait_until_up(ask, running, running.stdout.read)
    return pages[0]


def most_memory_of(running: subprocess.Popen[str]) -> int:
    """In kB, of the launcher alone, over all its life."""
    status = Path(f"/proc/{running.pid}/status")
    if not status.exists():
        pytest.skip("only Linux keeps it")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1])


def stop(running: subprocess.Popen[str]) -> str:
    parts = psutil.Process(running.pid).children(recursive=True)
    assert len(parts) >= 2, "web server and worker"
    running.send_signal(signal.SIGINT)
    output, _nothing = running.communicate(timeout=60)
    assert running.returncode == 0, output
    wait_for_end(parts)
    return output


def test_a_first_start_loads_the_sample_a_second_keeps_everything_and_ctrl_c_stops_all_of_it(tmp_path: Path) -> None:
    port = free_port()
    first = start(tmp_path, port)
    page = wait_for_page(port, first)
    assert page.count("<article") == 8
    assert most_memory_of(first) < 60_000
    output = wait_for_welcome(first) + stop(first)
    assert f"http://127.0.0.1:{port}" in output
    assert "headquarters@sample.example" in output
    second = start(tmp_path, port)
    assert wait_for_page(port, second).count("<article") == 8
    assert "Loading the sample" not in stop(second)


def parts_of(running: subprocess.Popen[str], word: str) -> list[psutil.Process]:
    return [part for part in psutil.Process(running.pid).children() if word in " ".join(part.cmdline())]


def wait_for_end(processes: list[psutil.Process]) -> None:
    _ended, left = psutil.wait_procs(processes, timeout=60)
    assert left == []


def test_a_web_server_that_ends_by_itself_ends_the_whole(tmp_path: Path) -> None:
    port = free_port()
    running = start(tmp_path, port, "--no-sample")
    wait_for_page(port, running)
    everything = psutil.Process(running.pid).children(recursive=True)
    parts_of(running, "gunicorn")[0].terminate()
    output, _nothing = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "The web server ended (status 0), so everything was stopped." in output
    wait_for_end(everything)


def test_a_killed_worker_starts_again_while_the_site_stays(tmp_path: Path) -> None:
    port = free_port()
    running = start(tmp_path, port, "--no-sample")
    wait_for_page(port, running)
    [web] = parts_of(running, "gunicorn")
    [worker] = wait_for_parts(running, "rbc_events worker")
    worker.kill()
    worker.wait(timeout=60)
    [another] = wait_for_parts(running, "rbc_events worker")
    assert another.pid != worker.pid
    wait_for_page(port, running)
    assert web.is_running()
    assert "The worker ended (signal 9). It starts again in 0 s." in stop(running)


def wait_for_welcome(running: subprocess.Popen[str]) -> str:
    shown = ""
    while "Ctrl-C stops" not in shown:
        line = running.stdout.readline()
        assert line, shown
        shown += line
    return shown


def wait_for_parts(running: subprocess.Popen[str], word: str) -> list[psutil.Process]:
    for _try in range(600):
        if found := parts_of(running, word):
            return found
        time.sleep(0.1)
    raise AssertionError(f"no {word} within a minute")


def test_a_killed_launcher_leaves_nothing_running(tmp_path: Path) -> None:
    port = free_port()
    running = start(tmp_path, port, "--no-sample")
    wait_for_page(port, running)
    wait_for_parts(running, "rbc_events worker")
    everything = psutil.Process(running.pid).children(recursive=True)
    assert len(everything) >= 4  # guard, gunicorn, its worker, our worker
    running.kill()
    wait_for_end([process for process in everything if "sh" not in process.name()])  # the guard stays for those
    running.communicate(timeout=60)


def test_closing_the_terminal_leaves_nothing_running(tmp_path: Path) -> None:
    port = free_port()
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "RBC_INSTANCE": str(tmp_path), "PORT": str(port)}
        os.execve(sys.executable, [sys.executable, "-m", "rbc_events", "run", "--no-sample"], environment)
    shown = b""
    while b"Ctrl-C stops" not in shown:
        shown += os.read(terminal, 1000)
    everything = psutil.Process(pid).children(recursive=True)
    assert len(everything) >= 4
    os.close(terminal)
    wait_for_end(everything)
    assert os.waitpid(pid, 0)[0] == pid


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_start_during_which_the_web_server_hangs_can_be_stopped(tmp_path: Path, number: int) -> None:
    (tmp_path / "gunicorn").mkdir()
    (tmp_path / "gunicorn" / "__init__.py").touch()
    (tmp_path / "gunicorn" / "__main__.py").write_text("import time; print('hanging', flush=True); time.sleep(600)")
    running = start(tmp_path, free_port(), "--no-sample", PYTHONPATH=str(tmp_path))
    assert running.stdout.readline() == "hanging\n"
    everything = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(number)
    output, _nothing = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "RBC Events:" not in output
    wait_for_end(everything)


def test_a_start_that_waits_for_another_ones_migration_can_be_stopped(tmp_path: Path) -> None:
    with (tmp_path / "migrating.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        running = start(tmp_path, free_port(), "--no-sample")
        everything = wait_for_parts(running, "rbc_events init")
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 0
    wait_for_end(everything)
    assert not (tmp_path / "rbc_events.db").exists()


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_that_another_server_has_is_told_in_one_line_and_nothing_is_started(
    tmp_path: Path, command: str
) -> None:
    class Another(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Another) as another:
        threading.Thread(target=another.serve_forever, daemon=True).start()
        environment = {**os.environ, "RBC_INSTANCE": str(tmp_path), "PORT": str(another.server_port)}
        refused = subprocess.run(
            [sys.executable, "-m", "rbc_events", command], env=environment, capture_output=True, text=True, timeout=60
        )
        another.shutdown()
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == f"Error: PORT: another program listens on port {another.server_port} already.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_a_start_whose_database_cant_be_had_ends_with_its_fault(tmp_path: Path) -> None:
    (tmp_path / "rbc_events.db").write_text("no database at all, and long enough to look at " * 50)
    running = start(tmp_path, free_port(), "--no-sample")
    output, _nothing = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "file is not a database" in output


def test_starts_at_once_take_turns_with_migration_and_samples(tmp_path: Path) -> None:
    environment = {**os.environ, "RBC_INSTANCE": str(tmp_path)}
    command = [sys.executable, "-m", "rbc_events", "init"]
    starts = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _start in range(3)
    ]
    outputs = [each.communicate(timeout=300)[0] for each in starts]
    assert [each.returncode for each in starts] == [0, 0, 0], outputs


@pytest.mark.postgres
def test_starts_on_two_machines_take_turns_on_one_postgresql(tmp_path: Path, postgres_template: str) -> None:
    create_postgres_database(postgres_template, "two_machines", "template0")
    url = make_url(postgres_template).set(database="two_machines").render_as_string(hide_password=False)
    starts = [
        subprocess.Popen(
            [sys.executable, "-m", "rbc_events", "init"],
            env={**os.environ, "RBC_INSTANCE": str(tmp_path / str(machine)), "RBC_DATABASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for machine in range(2)
    ]
    outputs = [each.communicate(timeout=300)[0] for each in starts]
    assert [each.returncode for each in starts] == [0, 0], outputs


def test_a_production_start_begins_empty(tmp_path: Path) -> None:
    port = free_port()
    settings = {"RBC_ENV": "production", "RBC_SECRET_KEY": "k" * 32, "RBC_BASE_URL": "https://events.example"}
    running = start(tmp_path, port, **settings)
    output = wait_for_welcome(running)
    assert wait_for_page(port, running).count("<article") == 0
    output += stop(running)
    assert "sample" not in output.lower()
    assert "RBC Events: https://events.example" in output


def test_an_unsafe_production_start_is_refused_in_one_line(tmp_path: Path) -> None:
    settings = {"RBC_INSTANCE": str(tmp_path), "RBC_ENV": "production", "RBC_BASE_URL": "https://events.example"}
    environment = {**os.environ, **settings}
    command = [sys.executable, "-m", "rbc_events", "run"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.strip().count("\n") == 0
    assert "RBC_SECRET_KEY" in refused.stderr


def test_the_number_of_web_processes_is_a_setting() -> None:
    assert "--workers=3" in web_command(Config(secret_key="x" * 32, web_workers=3), listener=3)


def test_every_browser_file_is_named_and_comes_from_a_pinned_package() -> None:
    package = (assets.ROOT / "package.json").read_text(encoding="utf-8")
    assert all(f'"{source.split("/")[0]}"' in package for source in assets.FILES)
