"""Small groups are not shown, nor can they be worked out from what is."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 5
"""Answers that a group must have to be shown."""

Key = TypeVar("Key", bound=Hashable)


def hidden_groups(sizes: Mapping[Key, int]) -> set[Key]:
    """The groups that have answers but fewer than LEAST, and as many of the next smallest as are needed so that what
    everybody's figures minus the shown ones gives are figures of LEAST answers or more.

    `sizes`: of groups that together are everybody.
    """
    hidden = {group for group, size in sizes.items() if 0 < size < LEAST}
    larger = sorted((group for group, size in sizes.items() if size >= LEAST), key=lambda group: sizes[group])
    while 0 < sum(sizes[group] for group in hidden) < LEAST and larger:
        hidden.add(larger.pop(0))
    return hidden
