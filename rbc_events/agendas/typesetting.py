"""Setting a document with typst: words as data, never as markup."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rbc_events.agendas.fonts import FAMILIES, fonts_are_built

if TYPE_CHECKING:
    import typst


class FontsMissing(RuntimeError):
    """The fonts haven't been built: `rbc-events build-font`."""


def set_pdf(template: Path, name: str, words: Mapping[str, Any], *, fonts: Path, made_at: datetime) -> bytes:
    """A document as tagged PDF; the template reads `words` as JSON from `sys.inputs` by `name`. Raises FontsMissing.

    The same words and time give the same bytes. It is PDF/UA-1 unless somebody's text holds a character that the fonts
    s lack (an emoji), which that standard forbids: then it is tagged without the claim.
    """
    if not fonts_are_built(fonts):
        raise FontsMissing("the Japanese font is missing; build it with: rbc-events build-font")
    import typst  # here: 30 MB that only printing needs

    compiler = typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=_loaded(fonts),
        ignore_system_fonts=True,
        sys_inputs={name: json.dumps(_cleaned(words), ensure_ascii=False), "fonts": json.dumps(FAMILIES)},
    )
    timestamp = int(made_at.astimezone(UTC).timestamp())
    try:
        content = compiler.compile(pdf_standards=["ua-1"], timestamp=timestamp)
    except typst.TypstError:
        content = compiler.compile(timestamp=timestamp)
    return cast("bytes", content)  # several pages make a list of files for pictures alone


@cache
def _loaded(fonts: Path) -> "typst.Fonts":
    """Loading them takes ten times as long as setting a page."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)])


def printable(text: str) -> str:
    """The text without control characters, unpaired surrogates and code points that no font has."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co") else " " for c in text)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value
