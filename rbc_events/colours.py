"""Colours as people choose them for a site, and whether words in them can be read (WCAG 2.2: contrast of 4.5 to 1)."""

import re

READABLE = 4.5
LIGHT_PAPER, DARK_PAPER = "#f1efe8", "#192127"  # of the backgrounds in static/css/theme.css the hardest to read on
OURS = "#0b5a7a"  # of a site that has told none
BLACK, WHITE = "#000000", "#ffffff"


def is_colour(text: str) -> bool:
    return re.fullmatch("#[0-9a-f]{6}", text) is not None


def contrast(first: str, second: str) -> float:
    """From 1, the same, to 21, black on white.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return round((bright + 0.05) / (dim + 0.05), 2)


def is_readable(colour: str) -> bool:
    """Whether words and links of this colour can be read on the pages' light backgrounds, and white ones on it."""
    return contrast(colour, LIGHT_PAPER) >= READABLE


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with a share of the other one in it, 0 to 1."""
    channels = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in channels)


def in_the_dark(colour: str) -> str:
    """The colour made just so light that it can be read on the pages' dark backgrounds."""
    lighter = (mixed(colour, WHITE, step / 20) for step in range(21))
    return next(each for each in lighter if contrast(each, DARK_PAPER) >= READABLE)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
