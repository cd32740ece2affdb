"""Tables as files that Excel opens with the right characters, and in which no cell is a live formula."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from rbc_events.sheets.limits import FORMULA_SIGNS, MOST_ROWS
from rbc_events.sheets.table import column_letter

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}
"""Code points that no XML may hold."""
LONGEST_TEXT = 32767
"""What Excel takes in a cell, counted in UTF-16 as Excel counts."""
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads _x0041_ as A: an underscore that begins such a word is written as one itself."""


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV in UTF-8 with a byte order mark (without it Excel garbles Japanese). What looks like a formula gets an
    apostrophe before it, which `read_sheet` takes away again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(column) for column in columns])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet_name: str = "Sheet1",
    lists: Mapping[int, Sequence[str]] | None = None,
    marked: Collection[int] = (),
) -> bytes:
    """An XLSX file with a header that stays in view. Numbers, dates and naive datetimes keep their type.

    `lists`: for positions of columns the words to choose from in their cells; `marked`: columns that must be filled in.
    """
    from xlsxwriter import Workbook  # loaded by those alone who write a workbook

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with Workbook(out, options) as workbook:
        sheet = workbook.add_worksheet(sheet_name[:31])
        sheet.xls_strmax = 10 * LONGEST_TEXT  # of what `_as_it_is` gives; we cut texts ourselves
        head = {"bold": True, "text_wrap": True, "valign": "top"}
        plain, strong = workbook.add_format(head), workbook.add_format({**head, "bg_color": "#FFF2CC"})
        for position, name in enumerate(columns):
            sheet.write_string(0, position, _as_it_is(name), strong if position in marked else plain)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(columns) - 1, 0), 18)
        _offer(workbook, sheet, lists or {})
        formats = _formats(workbook)
        for number, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                if value is not None and value != "":
                    _write_cell(sheet, number, position, value, formats)
    return out.getvalue()


def _offer(workbook: "Workbook", sheet: "Worksheet", lists: Mapping[int, Sequence[str]]) -> None:
    """Give cells a list to choose from. The words stand in a hidden tab: in the cell's own rule Excel allows only 255
    characters, and no comma. Other words are taken too: codes, and those of the other language."""
    if not lists:
        return
    words = workbook.add_worksheet("Lists")
    words.hide()
    for number, (position, choices) in enumerate(lists.items()):
        words.write_column(0, number, [_as_it_is(choice) for choice in choices])
        source = f"=Lists!${column_letter(number)}$1:${column_letter(number)}${len(choices)}"
        rule = {"validate": "list", "source": source, "error_type": "information"}
        sheet.data_validation(1, position, MOST_ROWS, position, rule)


def _formats(workbook: "Workbook") -> dict[str, "Format"]:
    return {
        "text": workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "quoted": workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "moment": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        "number": workbook.add_format({"valign": "top"}),
    }


def _write_cell(sheet: "Worksheet", row: int, column: int, value: Any, formats: dict[str, "Format"]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, formats["number"])
    else:
        text = _cut(str(_told_apart(value)).translate(NO_CHARACTERS))
        quoted = "quoted" if _looks_like_formula(text) else "text"
        sheet.write_string(row, column, _as_it_is(text), formats[quoted])


def _cut(text: str) -> str:
    if 2 * len(text) <= LONGEST_TEXT:
        return text
    return text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def _as_it_is(text: str) -> str:
    """What to give xlsxwriter so that a reader gets this text: it takes <r>…</r> for XML of its own and escapes only
    every other of words like _x0041_ that touch. Both are given as such XML."""
    if not ESCAPED.search(text) and not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    return f'<r><t xml:space="preserve">{ESCAPED.sub("&#95;x005F&#95;", escape(text))}</t></r>'


def _looks_like_formula(text: str) -> bool:
    return text.lstrip(" \t\r\n\u3000\xa0\ufeff\u200b")[:1] in FORMULA_SIGNS


def _harmless(value: Any) -> Any:
    value = _told_apart(value)
    return f"'{value}" if isinstance(value, str) and _looks_like_formula(value) else value


def _told_apart(value: Any) -> Any:
    """A text that itself begins with an apostrophe before what looks like a formula gets another one, of which
    `read_sheet` takes one away."""
    quoted = isinstance(value, str) and value.startswith("'") and value.lstrip("'").strip()[:1] in FORMULA_SIGNS
    return f"'{value}" if quoted else value
