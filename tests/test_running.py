"""`rbc-events run`, as a person starts and stops it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from rbc_events import assets
from rbc_events.config import Config
from rbc_events.serving import web_command

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(instance: Path, port: int, *options: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "RBC_INSTANCE": str(instance), "PORT": str(port), "RBC_ENV": "development"}
    command = [sys.executable, "-m", "rbc_events", "run", *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for_page(port: int, running: subprocess.Popen[str]) -> str:
    for _try in range(1200):
        assert running.poll() is None, running.stdout.read()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/events", timeout=10) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no page within two minutes")


def stop(running: subprocess.Popen[str]) -> str:
    parts = psutil.Process(running.pid).children(recursive=True)
    assert len(parts) >= 2, "web server and worker"
    running.send_signal(signal.SIGINT)
    output, _nothing = running.communicate(timeout=60)
    assert running.returncode == 0, output
    assert not [part for part in parts if part.is_running() and part.status() != psutil.STATUS_ZOMBIE]
    return output


def test_a_first_start_loads_the_sample_a_second_keeps_everything_and_ctrl_c_stops_all_of_it(tmp_path: Path) -> None:
    port = free_port()
    first = start(tmp_path, port)
    page = wait_for_page(port, first)
    assert page.count("<article") == 8
    output = stop(first)
    assert f"http://127.0.0.1:{port}" in output
    assert "headquarters@sample.example" in output
    second = start(tmp_path, port)
    assert wait_for_page(port, second).count("<article") == 8
    assert "Loading the sample" not in stop(second)


def test_a_part_that_ends_by_itself_ends_the_whole(tmp_path: Path) -> None:
    port = free_port()
    running = start(tmp_path, port, "--no-sample")
    wait_for_page(port, running)
    web, *_others = (part for part in psutil.Process(running.pid).children() if "gunicorn" in " ".join(part.cmdline()))
    web.terminate()
    running.communicate(timeout=60)
    assert running.returncode == 1


def test_an_unsafe_production_start_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "RBC_INSTANCE": str(tmp_path), "RBC_ENV": "production"}
    command = [sys.executable, "-m", "rbc_events", "run"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.strip().count("\n") == 0
    assert "RBC_SECRET_KEY" in refused.stderr


def test_the_number_of_web_processes_is_a_setting() -> None:
    assert "--workers=3" in web_command(Config(secret_key="x" * 32, web_workers=3))


def test_every_browser_file_is_named_and_comes_from_a_pinned_package() -> None:
    package = (assets.ROOT / "package.json").read_text(encoding="utf-8")
    assert all(f'"{source.split("/")[0]}"' in package for source in assets.FILES)
