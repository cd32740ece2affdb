"""Why a file can't be read as a table, in words; and reading it where it can do no harm."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from rbc_events import confined
from rbc_events.sheets import Fault as SheetFault
from rbc_events.sheets import Layout, Sheet, Unreadable, read_table

READING = confined.Budget(seconds=20)  # one of 20,000 rows and 55 columns takes 2 s

SHEET_FAULTS = {
    SheetFault.EMPTY: _l("The file holds no table."),
    SheetFault.TOO_LARGE: _l("The file is larger than 10 MB."),
    SheetFault.TOO_MANY_ROWS: _l("The sheet has more than 20,000 rows."),
    SheetFault.TOO_MANY_COLUMNS: _l("The sheet has more than 200 columns."),
    SheetFault.UNPACKS_TOO_LARGE: _l("The file unpacks to far more than a sheet needs. It was not opened."),
    SheetFault.MACROS: _l("The file contains macros. Please save it as .xlsx without macros."),
    SheetFault.OLD_OR_ENCRYPTED: _l(
        "The file is in the old .xls format or protected by a password. Please save it as .xlsx without a password."
    ),
    SheetFault.BROKEN: _l("The file is damaged and can't be read."),
    SheetFault.NOT_A_WORKBOOK: _l(
        "This file can't be read as an Excel workbook, whatever its name says. Please save it again as .xlsx or .csv."
    ),
    SheetFault.NOT_A_SHEET: _l("This is neither an Excel file (.xlsx) nor a CSV file."),
    SheetFault.ENCODING: _l("The characters can't be read. Please save the file as UTF-8 or Shift_JIS."),
    SheetFault.MERGED_HEADER: _l("The header row has merged cells. Please give every column a name of its own."),
    SheetFault.UNNAMED_COLUMN: _l("Column %(place)s has no name in the first row."),
    SheetFault.COLUMN_TWICE: _l("The column “%(place)s” is there twice."),
    SheetFault.RAGGED_ROW: _l("Row %(place)s has more cells than the header."),
    SheetFault.CELL_TOO_LONG: _l("The text is longer than 20,000 characters."),
    SheetFault.FORMULA_ERROR: _l("The formula in this cell ends in an error."),
    SheetFault.TAKES_TOO_MUCH: _l(
        "This file takes too much time or memory to read. Please copy the table into a new workbook and send that."
    ),
}


def read_confined(
    content: bytes, name: str = "", *, known: Collection[str] = (), layout: Layout | None = None
) -> Sheet:
    """`sheets.read_table` in a process of its own, outside any transaction: one kilobyte can ask for all memory.

    Raises:
        Unreadable
        confined.Busy
    """
    try:
        return confined.run(READING, read_table, content, name, known=known, layout=layout)
    except confined.Exceeded:
        raise Unreadable(SheetFault.TAKES_TOO_MUCH) from None


def unreadable_message(error: Unreadable) -> str:
    """What is wrong with the file, in the reader's language."""
    return str(SHEET_FAULTS[error.fault]) % {"place": error.place}
