"""Work for confined processes that behaves badly in one way each."""

import os
import time
from pathlib import Path
from typing import NoReturn


def double(number: int) -> int:
    return number * 2


def refuse(words: str) -> NoReturn:
    raise LookupError(words)


def never_end() -> NoReturn:
    while True:
        pass


def never_end_in_c() -> bool:
    return 10**9 in iter(lambda: 0, 1)


def take_memory(megabytes: int) -> int:
    return len(bytearray(megabytes * 1024 * 1024))


def die() -> NoReturn:
    os.abort()


def die_reading(_raw: bytes) -> NoReturn:
    os.abort()


def wait_for(file: Path) -> str:
    while not file.exists():
        time.sleep(0.01)
    return "done"
