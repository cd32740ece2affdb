"""Reading and writing XLSX and CSV. What comes in is bounded before it is opened; what goes out holds no formula."""

from rbc_events.sheets.reading import read_sheet
from rbc_events.sheets.table import CellFault, Fault, Row, Sheet, Unreadable, column_letter
from rbc_events.sheets.writing import write_csv, write_xlsx

__all__ = [
    "CellFault",
    "Fault",
    "Row",
    "Sheet",
    "Unreadable",
    "column_letter",
    "read_sheet",
    "write_csv",
    "write_xlsx",
]
