"""Ctrl-C, or a request to end, ends a search with the best plan so far; a second one ends the command."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from types import FrameType
from typing import TypeVar

EXIT_SIGNALLED = 128
"""A shell's exit code of a command that a signal ended, less the signal's number."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)
EVERY = 0.1
"""Seconds between two looks."""
Result = TypeVar("Result")


def until_told_to_end(search: Callable[[Callable[[], bool]], Result]) -> Result:
    """What a search gives, which is told whether Ctrl-C was pressed or the process told to end.

    It is done in a thread: the main one hears of signals only where no solver keeps it.
    """
    pressed = threading.Event()

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            os._exit(EXIT_SIGNALLED + number)
        pressed.set()

    before = {number: signal.signal(number, press) for number in SIGNALS}
    try:
        with ThreadPoolExecutor(1) as pool:
            result = pool.submit(search, pressed.is_set)
            while True:
                try:
                    return result.result(EVERY)
                except NotYet:
                    if result.done():
                        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
