"""What a process of its own costs: the first call, which starts the server of processes, the next ones, one that hangs.

    python -m benchmarks.confined

Prints seconds on the clock, and the memory that the server holds for itself.
"""

import time
from multiprocessing import forkserver
from typing import NoReturn

import psutil

from rbc_events.confined import Budget, Exceeded, run

SECONDS = 1.0


def nothing() -> None:
    """The least that can be asked for."""


def never_end() -> NoReturn:
    while True:
        pass


def main() -> None:
    for name in ("first call", "second call", "third call"):
        begun = time.perf_counter()
        run(Budget(SECONDS), nothing)
        print(f"{name:20} {time.perf_counter() - begun:7.3f} s")
    begun = time.perf_counter()
    try:
        run(Budget(SECONDS), never_end)
    except Exceeded:
        print(f"{'one that hangs':20} {time.perf_counter() - begun:7.3f} s of {SECONDS}")
    server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    print(f"{'the server':20} {psutil.Process(server).memory_full_info().pss / 2**20:7.0f} MB")


if __name__ == "__main__":
    main()
