"""Small groups are not shown, and can't be worked out from what is shown."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 5
"""Answers that a group must have to be shown."""

Key = TypeVar("Key", bound=Hashable)


def hidden_groups(sizes: Mapping[Key, int]) -> set[Key]:
    """The groups to hide: those with fewer than LEAST answers and, as long as all the hidden ones together have fewer
    than LEAST, the next smallest as well. Else the total minus the shown groups would give a hidden one away.

    `sizes`: the number of answers of each group. The groups together are everybody.
    """
    hidden = {group for group, size in sizes.items() if 0 < size < LEAST}
    larger = sorted((group for group, size in sizes.items() if size >= LEAST), key=lambda group: sizes[group])
    while 0 < sum(sizes[group] for group in hidden) < LEAST and larger:
        hidden.add(larger.pop(0))
    return hidden
