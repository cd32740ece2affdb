"""A sheet that had faults, given back to whoever sent it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from rbc_events.i18n import language
from rbc_events.sheets import Sheet, write_csv, write_xlsx


def with_faults(sheet: Sheet, faults: Sequence[Mapping[str, Any]], ending: str) -> bytes:
    """The sheet's own columns and rows, and first what is wrong with each row, in the reader's language."""
    told: dict[int, list[str]] = {}
    for fault in faults:
        place = f"{fault['letter']}: " if fault["letter"] else ""
        told.setdefault(fault["row"], []).append(place + fault["message"][language()])
    columns = [_("Please correct"), *sheet.columns]
    rows = [["\n".join(told.get(row.number, ())), *(row[name] for name in sheet.columns)] for row in sheet.rows]
    return write_xlsx(columns, rows) if ending == "xlsx" else write_csv(columns, rows)
