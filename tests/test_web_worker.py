"""The web server with visitors who are slow, or mean it: real gunicorn, real connections."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PLACES = 2
APPLICATION = """
import os, threading, time
from rbc_events.web_worker import BufferingWorker

class Impatient(BufferingWorker):
    patience = float(os.environ["PATIENCE"])
    longest_silence = int(os.environ["PATIENCE"])

running, most = 0, 0
lock = threading.Lock()

def app(environ, start_response):
    global running, most
    with lock:
        running += 1
        most = max(most, running)
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    if path == "/slow":
        folder = environ["QUERY_STRING"]
        open(f"{folder}/begun-{threading.get_ident()}", "w").close()
        while not os.path.exists(f"{folder}/go"):
            time.sleep(0.01)
    answer = {"/large": b"x" * 50_000_000, "/most": str(most).encode()}.get(path, b"%d octets" % len(body))
    with lock:
        running -= 1
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    yield from serve(tmp_path_factory, patience=1)


@pytest.fixture(scope="module")
def patient_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    yield from serve(tmp_path_factory, patience=600)


def serve(tmp_path_factory: pytest.TempPathFactory, *, patience: int) -> Iterator[tuple[str, int]]:
    folder = tmp_path_factory.mktemp("application")
    (folder / "slow_visitors.py").write_text(APPLICATION)
    modules = os.pathsep.join([str(folder), str(Path(__file__).parent.parent)])
    environment = {**os.environ, "PYTHONPATH": modules, "PATIENCE": str(patience)}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "slow_visitors:app", f"--bind=fd://{listener.fileno()}"),
                *(f"--threads={PLACES}", "--worker-class=slow_visitors.Impatient", "--graceful-timeout=1"),
                *("--log-level=critical", "--timeout=60"),
            ],
            env=environment,
            pass_fds=[listener.fileno()],
        )
        yield listener.getsockname()
    server.terminate()
    server.wait(timeout=60)


def connect(address: tuple[str, int], sent: bytes) -> socket.socket:
    connection = socket.create_connection(address, timeout=60)
    connection.sendall(sent)
    return connection


def answer_to(connection: socket.socket) -> bytes:
    """The body of an answer; nothing where the server closed the connection."""
    answer = b""
    with connection:
        while piece := connection.recv(65_536):
            answer += piece
    return answer.partition(b"\r\n\r\n")[2]


def ask(address: tuple[str, int], path: str, body: bytes = b"", headers: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s%s\r\n" % (path.encode(), headers, length)
    return answer_to(connect(address, head + body))


HALF_A_HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
HALF_A_BODY = HALF_A_HEAD + b"Content-Length: 100\r\n\r\nhalf"


@pytest.mark.parametrize("half", [HALF_A_HEAD, HALF_A_BODY], ids=["head", "body"])
def test_half_sent_requests_hold_nobody_up(patient_address: tuple[str, int], half: bytes) -> None:
    halves = [connect(patient_address, half) for _visitor in range(6)]
    assert ask(patient_address, "/") == b"0 octets"
    for each in halves:
        each.close()


@pytest.mark.slow
@pytest.mark.parametrize("half", [HALF_A_HEAD, HALF_A_BODY], ids=["head", "body"])
def test_a_half_sent_request_is_closed(address: tuple[str, int], half: bytes) -> None:
    assert answer_to(connect(address, half)) == b""


@pytest.mark.slow
def test_a_visitor_who_sends_a_little_now_and_then_is_closed_too(address: tuple[str, int]) -> None:
    with connect(address, HALF_A_HEAD) as connection:
        for number in range(60):
            try:
                connection.sendall(b"X-Header-%d: x\r\n" % number)
            except OSError:
                return
            time.sleep(0.2)
    raise AssertionError("the server waited for all of it")


@pytest.mark.slow
def test_visitors_who_take_nothing_of_their_answer_are_left(address: tuple[str, int]) -> None:
    silent = [connect(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") for _visitor in range(PLACES)]
    assert [each.recv(4) for each in silent] == [b"HTTP"] * PLACES
    assert ask(address, "/") == b"0 octets"
    for each in silent:
        each.close()


@pytest.mark.parametrize("size", [1, 100_000, 3_000_000])
def test_a_body_arrives_whole(patient_address: tuple[str, int], size: int) -> None:
    assert ask(patient_address, "/", b"x" * size) == b"%d octets" % size


def test_a_body_in_chunks_arrives_whole_and_a_broken_one_is_refused(patient_address: tuple[str, int]) -> None:
    chunked = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert answer_to(connect(patient_address, chunked + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) == b"5 octets"
    assert b"octets" not in answer_to(connect(patient_address, chunked + b"3\r\nabcdefg\r\n0\r\n\r\n"))


def test_a_body_that_is_too_large_is_cut_just_beyond_what_the_application_takes(
    patient_address: tuple[str, int],
) -> None:
    octets = int(ask(patient_address, "/", b"x" * (20 * 1024 * 1024)).split()[0])
    assert 16 * 1024 * 1024 < octets < 17 * 1024 * 1024


def test_who_waits_to_be_asked_for_the_body_is_asked(patient_address: tuple[str, int]) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    connection = connect(patient_address, head)
    assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"abc")
    assert answer_to(connection) == b"3 octets"


def test_a_connection_is_used_again(patient_address: tuple[str, int]) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    connection = connect(patient_address, request + request)
    received = b""
    while received.count(b"3 octets") < 2:
        received += connection.recv(1000)
    connection.close()


@pytest.mark.slow
def test_no_more_requests_run_at_once_than_there_are_places(patient_address: tuple[str, int], tmp_path: Path) -> None:
    head = b"GET /slow?%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % bytes(tmp_path)
    connections = [connect(patient_address, head) for _visitor in range(6)]
    while len(list(tmp_path.glob("begun-*"))) < PLACES:
        time.sleep(0.01)
    time.sleep(0.3)  # in which another one would begin as well
    (tmp_path / "go").touch()
    assert [answer_to(each) for each in connections] == [b"0 octets"] * 6
    assert ask(patient_address, "/most") == str(PLACES).encode()


@pytest.mark.slow
def test_who_sends_more_than_is_taken_gets_to_see_the_answer(patient_address: tuple[str, int]) -> None:
    size = 40 * 1024 * 1024
    head = f"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
    connection = connect(patient_address, head.encode())
    connection.sendall(bytes(size))
    assert b"octets" in answer_to(connection)
