"""What pages call the values of enums: `{{ meeting.state|label }}`.

A feature's `labels.py` has a table of words for each enum; its `blueprint.py` adds the tables here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

_words: dict[type[StrEnum], dict[StrEnum, Any]] = {}


def add_labels(*tables: Mapping[Any, Any]) -> None:
    """Make the words of tables known. A table may have those of several enums."""
    for table in tables:
        for value, words in table.items():
            _words.setdefault(type(value), {})[value] = words


def label(value: StrEnum | None) -> str:
    """The page's word for a value; empty for None.

    Raises:
        KeyError: no feature has added a word for it.
    """
    return "" if value is None else str(_words[type(value)][value])


def is_labelled(value: StrEnum) -> bool:
    return value in _words.get(type(value), {})
