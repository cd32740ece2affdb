import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from rbc_events.sheets import Fault, Unreadable, read_sheet, write_csv, write_xlsx
from rbc_events.sheets.limits import MOST_ROWS

HOSTILE = next(
    (found for each in Path(__file__).parents if (found := each / "shared" / "hostile" / "strings.json").exists()), None
)


def workbook(fill, **options) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet())
    return out.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The archive with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return out.getvalue()


def fault_of(content: bytes) -> Fault:
    with pytest.raises(Unreadable) as caught:
        read_sheet(content)
    return caught.value.fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding):
    sheet = read_sheet("会社,数\r\n髙橋①㈱,１\r\n".encode(encoding))
    assert sheet.columns == ("会社", "数")
    assert [(row.number, row["会社"], row["数"]) for row in sheet.rows] == [(2, "髙橋①㈱", "１")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_taken_from_the_header(separator):
    assert read_sheet(f"a{separator}b\n1{separator}2\n".encode()).rows[0].cells == {"a": "1", "b": "2"}


def test_rows_are_numbered_as_excel_shows_them_and_empty_ones_left_out():
    sheet = read_sheet(b'a,b\n"two\nlines",x\n,\n last ,y\n')
    assert [(row.number, row["a"]) for row in sheet.rows] == [(2, "two\nlines"), (4, "last")]


def test_excel_cells_become_the_text_a_person_would_type():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["number", "code", "day", "time", "yes", "sum"])
        sheet.write_row(1, 0, [2010405003693, "040002"])
        sheet.write_datetime(1, 2, date(2027, 2, 9), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(1, 3, 9.5 / 24, book.add_format({"num_format": "hh:mm"}))
        sheet.write_boolean(1, 4, True)
        sheet.write_formula(1, 5, "=1+2", None, 3)

    assert list(read_sheet(workbook(fill)).rows[0].cells.values()) == [
        "2010405003693", "040002", "2027-02-09", "09:30", "1", "3",
    ]  # fmt: skip


def test_a_formula_that_ends_in_an_error_is_a_fault_at_its_cell():
    def fill(_book, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1, 0, "x")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    (fault,) = read_sheet(workbook(fill)).faults
    assert (fault.row, fault.column, fault.fault) == (3, "b", Fault.FORMULA_ERROR)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\n\n", Fault.EMPTY),
        (b"a,,c\n1,2,3\n", Fault.UNNAMED_COLUMN),
        (b"a,b,a\n", Fault.COLUMN_TWICE),
        (b"a,b\n1,2,3\n", Fault.RAGGED_ROW),
        (b'a,b\n"1,2\n', Fault.BROKEN),
        (b"a,b\n1,\x81\n\xff", Fault.ENCODING),
        (b"\x89PNG\r\n\x1a\n\0\0", Fault.NOT_A_SHEET),
        (b"GIF89a\0\0\0", Fault.NOT_A_SHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.OLD_OR_ENCRYPTED),
        (b"PK\x03\x04 not really", Fault.BROKEN),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), Fault.TOO_MANY_ROWS),
        (",".join(f"c{n}" for n in range(201)).encode(), Fault.TOO_MANY_COLUMNS),
        (b"a" * (50 * 1024 * 1024), Fault.TOO_LARGE),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(content, fault):
    assert fault_of(content) == fault


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert fault_of(out.getvalue()) == Fault.NOT_A_SHEET


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_unpacks():
    bomb = repacked(write_xlsx(["a"], [["x"]]), {"xl/media/zeros.bin": b"\0" * (200 * 1024 * 1024)})
    assert len(bomb) < 1024 * 1024
    assert fault_of(bomb) == Fault.UNPACKS_TOO_LARGE


def test_a_part_that_lies_about_its_size_is_refused():
    honest = repacked(write_xlsx(["a"], [["x"]]), {"xl/media/zeros.bin": b"\0" * 1_000_000})
    size = (1_000_000).to_bytes(4, "little")
    assert honest.count(size) == 2
    assert fault_of(honest.replace(size, (10).to_bytes(4, "little"))) == Fault.BROKEN


def test_macros_are_refused():
    assert fault_of(repacked(write_xlsx(["a"], [["x"]]), {"xl/vbaProject.bin": b"Sub"})) == Fault.MACROS


@pytest.mark.parametrize(("corner", "fault"), [("A1048576", Fault.TOO_MANY_ROWS), ("XFD1", Fault.TOO_MANY_COLUMNS)])
def test_one_cell_in_a_far_corner_does_not_take_all_memory(corner, fault):
    content = write_xlsx(["a"], [["x"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").replace(b'r="A2"', f'r="{corner}"'.encode())
    assert fault_of(repacked(content, {"xl/worksheets/sheet1.xml": part})) == fault


def test_a_merged_header_is_refused():
    def fill(_book, sheet):
        sheet.merge_range(0, 0, 0, 1, "name")
        sheet.write_row(1, 0, ["a", "b"])

    assert fault_of(workbook(fill)) == Fault.MERGED_HEADER


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\n=1", "\u3000=1", "＝1+1", "\xa0@x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_exported_csv_holds_no_formula_and_comes_back_the_same(text):
    content = write_csv(["a", "b"], [[text, "x"]])
    assert content.startswith(b"\xef\xbb\xbf")
    cell = content.decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')
    assert cell.startswith("'")
    assert read_sheet(content).rows[0]["a"] == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_exported_xlsx_holds_text_alone(text):
    content = write_xlsx(["a", "b"], [[text, 3]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert read_sheet(content).rows[0].cells == {"a": text.strip(), "b": "3"}


def test_hostile_strings_survive_the_way_out_and_back():
    if HOSTILE is None:
        pytest.skip("the collection of hostile strings is not here")
    hostile = [text for text in json.loads(HOSTILE.read_text(encoding="utf-8")) if as_kept(text)]
    assert_they_come_back([*hostile, *OWN_HOSTILE])


OWN_HOSTILE = [
    "'=1+1", "''=1", "'-", "= 1", "\u3000=1", "'", "''", "a\"b,c;d\te", "line\nline", "_x0041_",
    "\u202eabc", "e\u0301", "𠮷野家", "a\u200bb", "１＋１", "＝1", "@x", "+81-3-0000-0000", "-2",
    "TRUE", "1e5", "00123",
]  # fmt: skip


def assert_they_come_back(texts):
    for content in (write_csv(["a", "b"], [[text, "x"] for text in texts]), write_xlsx(["a"], [[t] for t in texts])):
        found = [row["a"] for row in read_sheet(content).rows]
        wrong = [(text, back) for text, back in zip(texts, found, strict=True) if as_kept(back) != as_kept(text)]
        assert wrong == []
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def as_kept(text):
    """As a cell of any sheet is kept: without blanks around it, with plain line ends. U+FFFE is no character in XML."""
    return text.replace("\ufffe", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def test_our_own_hostile_strings_come_back_equal_and_none_is_a_formula():
    assert_they_come_back(OWN_HOSTILE)
