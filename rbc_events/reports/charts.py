"""Charts as SVG, drawn by pygal: readable without colour, with a title and a description for screen readers."""

import math
import re
import sys
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from rbc_events.reports.figures import WIDTH, Chart, cell_text, letters

# For maps in packages of their own pygal puts a finder into Python's search for modules, of a kind that it warns of.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

INK = "#1f2933"
ACCENT = "#1d4e89"
FONT = "'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', sans-serif"
LINE, LETTER = 28, 13  # the letters in a line of a label, the height of a letter
# Each series has a shade and a pattern of its own: (ground, lines). A chart of more series begins anew.
PATTERNS = (
    (ACCENT, ""),
    ("", "M0 0L8 8M-2 6L2 10M6 -2L10 2"),
    ("#9fb3c8", ""),
    ("", "M4 1L4 4M0 5L0 8"),
    ("", "M0 4L8 4"),
    ("", "M0 0L8 8M8 0L0 8"),
)
LINES_AND_VALUES = (
    "inline:.axis .guide.line, .axis .guide.line.major, .axis .major.line{stroke:#cbd2d9;stroke-dasharray:none}",
    "inline:.axis.y .guide.line{stroke:none}",
    "inline:.text-overlay text.value{text-anchor:start}",
)
STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground=INK,
    foreground_strong=INK,
    foreground_subtle="#cbd2d9",
    opacity="1",
    opacity_hover="1",
    transition="0s",
    font_family=FONT,
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    value_font_size=11,
    guide_stroke_dasharray="1,0",
    colors=(INK,) * len(PATTERNS),
    value_colors=(INK,) * len(PATTERNS),
)


def draw(chart: Chart, *, title: str, description: str) -> bytes:
    """The chart as an SVG document of its own. The same chart gives the same bytes."""
    categories, series = chart.categories[::-1], chart.series  # pygal draws the first category at the bottom
    drawn = pygal.HorizontalBar(
        style=STYLE,
        js=[],
        no_prefix=True,
        width=WIDTH,
        height=chart.height,
        explicit_size=False,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"{cell_text(value)}{chart.unit}",
        legend_at_bottom=True,
        legend_at_bottom_columns=chart.legend_columns,
        truncate_legend=-1,
        truncate_label=-1,
        show_y_guides=False,
        show_x_guides=True,
        include_x_axis=True,
        margin_left=_extra_room(categories),
        margin_right=60,
    )
    drawn.config.defs = [_pattern(number) for number in range(len(series))]
    rules = (_rule(number) for number in range(len(series)))
    drawn.config.css = [*drawn.config.css, *rules, *LINES_AND_VALUES]
    labels = [_lines(name) for name in categories]
    drawn.y_labels = [{"label": f"{cell_text(tick)}{chart.unit}", "value": tick} for tick in _ticks(chart)]
    drawn.x_labels = [max(lines, key=letters) for lines in labels]
    for one in series:
        drawn.add(one.name, list(one.values[::-1]))
    tree = drawn.render_tree()
    _break_labels(tree, labels)
    for node in tree.iter():
        if node.get("class") == "value":
            node.set("dx", "6")  # beside the bar, not on its end
    return _described(tree, title, description)


def _pattern(number: int) -> str:
    """A tile of the lines; a plain ground needs none, and would show the tiles' seams in print."""
    drawn = f'<path d="{PATTERNS[number % len(PATTERNS)][1]}" stroke="{INK}" stroke-width="1.2"/>'
    return f'<pattern id="p{number}" width="8" height="8" patternUnits="userSpaceOnUse">{drawn}</pattern>'


def _rule(number: int) -> str:
    ground, lines = PATTERNS[number % len(PATTERNS)]
    fill = f"url(#p{number})" if lines else ground
    return f"inline:.color-{number}{{fill:{fill};stroke:{INK};stroke-width:1}}"


def _ticks(chart: Chart) -> list[int]:
    """Whole numbers from 0 to beyond the longest bar, nine at most."""
    most = max((value or 0 for one in chart.series for value in one.values), default=0)
    step = next(factor * 10**power for power in range(12) for factor in (1, 2, 5) if most <= 8 * factor * 10**power)
    return [step * number for number in range(-(-math.ceil(most) // step) + 1)] if most else [0, 1]


def _lines(name: str) -> list[str]:
    """A label in lines of some LINE letters: between words, or anywhere between Japanese characters."""
    lines = [""]
    for word in re.findall(r"[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+|.", name):
        if lines[-1] and letters(lines[-1] + word.rstrip()) > LINE:
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]


def _extra_room(names: Iterable[str]) -> int:
    """pygal leaves 0.6 of the height of a letter for each character, whatever it is."""
    lines = [line for name in names for line in _lines(name)]
    wide = max((letters(line) - len(line) for line in lines), default=0)
    return 20 + round(wide * 0.5 * LETTER)


def _break_labels(tree: ElementTree.Element, labels: Sequence[Sequence[str]]) -> None:
    """Put the lines of each label under one another, around where its one line stands."""
    axis = next(node for node in tree.iter() if node.get("class", "").startswith("axis y"))
    texts = [node for node in axis.iter() if node.tag.endswith("text")]
    for node, lines in zip(texts, labels, strict=False):
        node.text = None
        for number, line in enumerate(lines):
            up = (1 - len(lines)) * 0.6 if number == 0 else 1.2
            part = ElementTree.SubElement(node, "tspan", {"x": node.get("x", "0"), "dy": f"{up:g}em"})
            part.text = line


def _described(tree: ElementTree.Element, title: str, description: str) -> bytes:
    """The drawing as bytes, with what screen readers say of it in front, and without pygal's script and notes, one of
    which tells the day."""
    for parent in list(tree.iter()):
        for node in [each for each in parent if not isinstance(each.tag, str) or each.tag.endswith("script")]:
            parent.remove(node)
    tree.attrib.pop("id", None)
    tree.set("role", "img")
    tree.set("aria-labelledby", "title desc")
    for number, (tag, words) in enumerate((("title", title), ("desc", description))):
        node = ElementTree.Element(tag, {"id": tag})
        node.text = words
        tree.insert(number, node)
    return ElementTree.tostring(tree, encoding="utf-8")
