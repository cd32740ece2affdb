"""What a worksheet's XML says of its rows beyond their cells: which are hidden, which are struck through."""

import re
from collections import Counter

ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/>])>")  # one that holds something: an empty one closes itself
HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["']""")
PLACE = re.compile(rb"""\br\s*=\s*["'][A-Z]+(\d+)["']""")
STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")
STRIKE = re.compile(rb"""<(?:\w+:)?strike(?:\s+val\s*=\s*["'](?:1|true)["'])?\s*/>""")
FONT_OF = re.compile(rb"""\bfontId\s*=\s*["'](\d+)["']""")


def hidden_rows(part: bytes) -> frozenset[int]:
    found = (NUMBER.search(row) for row in ROW.findall(part) if HIDDEN.search(row))
    return frozenset(int(number[1]) for number in found if number)


def struck_rows(part: bytes, struck_styles: frozenset[int]) -> frozenset[int]:
    """The rows in which at least half of the cells that hold anything are struck through."""
    if not struck_styles:
        return frozenset()
    all_cells: Counter[int] = Counter()
    struck: Counter[int] = Counter()
    for cell in CELL.findall(part):
        place, style = PLACE.search(cell), STYLE.search(cell)
        if place is None:
            continue
        all_cells[int(place[1])] += 1
        struck[int(place[1])] += style is not None and int(style[1]) in struck_styles
    return frozenset(row for row, count in struck.items() if count and 2 * count >= all_cells[row])


def struck_styles(styles: bytes) -> frozenset[int]:
    """The numbers of the cell styles whose font is struck through."""
    fonts = _elements(_inside(styles, b"fonts"), b"font")
    struck = {number for number, font in enumerate(fonts) if STRIKE.search(font)}
    formats = re.findall(rb"<(?:\w+:)?xf\s([^>]*)>", _inside(styles, b"cellXfs"))
    fonts_of = [FONT_OF.search(attributes) for attributes in formats]
    return frozenset(number for number, font in enumerate(fonts_of) if font and int(font[1]) in struck)


def _inside(xml: bytes, name: bytes) -> bytes:
    found = re.search(rb"<(?:\w+:)?" + name + rb"[\s>].*?</(?:\w+:)?" + name + rb">", xml, re.DOTALL)
    return found[0] if found else b""


def _elements(xml: bytes, name: bytes) -> list[bytes]:
    return re.findall(
        rb"<(?:\w+:)?" + name + rb"(?:\s[^>]*)?/>|<(?:\w+:)?" + name + rb"[\s>].*?</(?:\w+:)?" + name + rb">",
        xml,
        re.DOTALL,
    )
