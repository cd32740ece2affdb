"""A figure's table as a file."""

from rbc_events.reports.figures import Cell, Figure
from rbc_events.sheets.writing import write_csv, write_xlsx

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_table(figure: Figure, extension: str) -> bytes:
    rows = [[_rounded(cell) for cell in row] for row in figure.rows]
    return write_csv(figure.columns, rows) if extension == "csv" else write_xlsx(figure.columns, rows)


def _rounded(cell: Cell) -> Cell:
    return round(cell, 1) if isinstance(cell, float) else cell
