"""Empty sheets to fill in, with lists to choose from and a row that shows how."""

from collections.abc import Sequence
from typing import Any

from rbc_events.sheet_import.kind import Column, Importer
from rbc_events.sheet_import.words import OneOf
from rbc_events.sheets import write_csv, write_xlsx


def template_of(importer: Importer, columns: Sequence[Column], ending: str) -> bytes:
    """The columns' titles in the reader's language, required ones marked, and a row that is left out when the sheet
    comes in, because it begins with （例）."""
    titles = [str(column.label) for column in columns]
    example = [column.example for column in columns]
    if not any(example):
        example = []
    else:
        example[0] = f"（例）{example[0]}"
    rows = [example] if example else []
    if ending == "csv":
        return write_csv(titles, rows)
    lists = {n: [word for _code, word in choices(column)] for n, column in enumerate(columns) if choices(column)}
    return write_xlsx(titles, rows, lists=lists, marked={n for n, column in enumerate(columns) if column.required})


def choices(column: Column) -> list[tuple[str, str]]:
    """(code, word in the reader's language) of what a cell of the column may be; empty where anything may."""
    if column.choices:
        return [(code, str(label)) for code, label in column.choices.items()]
    read: Any = column.read
    return [(code.value, str(label)) for code, label in read.labels.items()] if isinstance(read, OneOf) else []
