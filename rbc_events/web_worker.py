"""gunicorn's thread worker, in which slow visitors hold none of the threads that pages are made in.

Requests are read whole by many threads that do nothing else, each with a limit of time, and only then wait for one of
the few places (`--threads`) in which the application runs. A proxy in front does this for many more visitors.
"""

import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import _DEFER, DEFAULT_WORKER_DATA_TIMEOUT, TConn, ThreadWorker

from rbc_events.config import LARGEST_REQUEST

IN_MEMORY = 256 * 1024  # octets of a request's body; a larger one is written to a file
PIECE = 64 * 1024
LONGEST_PASSING = 120.0  # seconds: 200 MB from a line of 14 Mbit/s


class PatientUnreader(SocketUnreader):
    """Waits for a visitor's octets, but not for ever: what comes buys more time, at the rate of a slow line."""

    def __init__(self, sock: socket.socket, patience: float, octets_a_second: float) -> None:
        super().__init__(sock)
        self.longest = self.patience = patience
        self.octets_a_second = octets_a_second

    def chunk(self, size_hint: int | None = None) -> bytes:
        began = time.monotonic()
        self.sock.settimeout(max(self.patience, 0.001))
        try:
            data: bytes = super().chunk(size_hint)
        except TimeoutError:
            raise NoMoreData from None
        finally:
            self.sock.settimeout(None)
        left = self.patience - (time.monotonic() - began)
        self.patience = min(left + len(data) / self.octets_a_second, self.longest)
        return data


class BufferingWorker(ThreadWorker):
    readers = 64  # requests that are read at the same time
    patience = 10.0  # seconds for a request's head, and for each pause in its body
    slowest_line = 16_000.0  # octets a second
    longest_silence = 30  # seconds in which a visitor takes nothing of an answer

    def init_process(self) -> None:
        self.places = BoundedSemaphore(self.cfg.threads)
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=self.readers)

    def handle(self, conn: TConn) -> Any:
        if not conn.initialized:
            if not conn.wait_for_data(DEFAULT_WORKER_DATA_TIMEOUT):
                return _DEFER
            conn.init()
            conn.parser.unreader = PatientUnreader(conn.sock, self.patience, self.slowest_line)
            silence = struct.pack("ll", self.longest_silence, 0)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, silence)
        conn.parser.unreader.patience = self.patience
        return super().handle(conn)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        if req._expected_100_continue:
            conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            req._expected_100_continue = False
        arriving = req.body
        with SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
            _read(arriving, whole)
            req.body = whole
            try:
                with self.places:
                    return super().handle_request(req, conn)
            finally:
                req.body = arriving


def _read(arriving: Any, whole: IO[bytes]) -> None:
    """All of a body, or so much of one that is too large that the application sees that it is."""
    while whole.tell() <= LARGEST_REQUEST and (piece := arriving.read(PIECE)):
        whole.write(piece)
    _let_pass(arriving)
    whole.seek(0)


def _let_pass(arriving: Any) -> None:
    """Read on, and drop, what is beyond: a browser reads no answer before it has sent everything."""
    until = time.monotonic() + LONGEST_PASSING
    while time.monotonic() < until and arriving.read(PIECE):
        pass
