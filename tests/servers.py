"""Servers that tests start: which port they get, and since when they answer."""

import random
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any

PORTS = range(15_000, 32_000)
"""Below those that Linux gives to whoever asks for any: a port stays free between being found and being listened on."""
PATIENCE = 600.0  # seconds; a machine may have other things to do


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def wait_until_up(
    ask: Callable[[], object], process: "subprocess.Popen[Any]", told: Callable[[], str] = lambda: "nothing is told"
) -> None:
    """Until `ask` raises no OSError. Fails at once where the process has ended, with what it told."""
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, told()
        try:
            ask()
            return
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)
