"""Reading and writing XLSX and CSV. What comes in is bounded before it is opened; what goes out holds no formula."""

from rbc_events.sheets.layout import Skip, guess, plain_words
from rbc_events.sheets.reading import read_book, read_sheet, read_table, table_of
from rbc_events.sheets.table import CellFault, Fault, Row, Sheet, Unreadable, column_letter
from rbc_events.sheets.tabs import Book, Layout
from rbc_events.sheets.writing import write_csv, write_xlsx

__all__ = [
    "Book",
    "CellFault",
    "Fault",
    "Layout",
    "Row",
    "Sheet",
    "Skip",
    "Unreadable",
    "column_letter",
    "guess",
    "plain_words",
    "read_book",
    "read_sheet",
    "read_table",
    "table_of",
    "write_csv",
    "write_xlsx",
]
