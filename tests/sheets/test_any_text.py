"""Any text that somebody typed goes out as a sheet and comes in again as it was."""

import io
import shutil
import subprocess
import zipfile
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rbc_events.sheets import read_sheet, write_csv, write_xlsx
from tests.sheets.test_sheets import as_kept

SPECIAL = [
    "_x0041_",
    "_x005F_",
    "_x000d_",
    "x0041_",
    "_",
    "<r>",
    "</r>",
    "<t>",
    "&amp;",
    "]]>",
    "=1",
    "'",
    '"',
    ";",
    ",",
    "\t",
    "\n",
]
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")
TEXTS = st.lists(st.sampled_from(SPECIAL) | st.text(CHARACTERS, max_size=3), max_size=8).map("".join)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@settings(deadline=None, max_examples=60)
@given(texts=st.lists(TEXTS, min_size=1, max_size=40))
@example(
    texts=["_x005F_x0041_", "_x0041_x0042_", "<r>a</r>", "<r><b></r>", "<r>_x0041_x0042_&</r>", "_x005f_x005f_x0041_"]
)
def test_any_text_comes_back_as_it_was(write, texts):
    content = write(["kept", "text"], [["x", text] for text in texts])
    assert [as_kept(row["text"]) for row in read_sheet(content).rows] == [as_kept(text) for text in texts]


def test_a_header_and_a_list_to_choose_from_hold_any_text_too():
    content = write_xlsx(["<r>_x0041_x0042_"], [["x"]], lists={0: ["<r>a</r>", "_x0041_x0042_"]})
    assert read_sheet(content).columns == ("<r>_x0041_x0042_",)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"&lt;r&gt;a&lt;/r&gt;" in archive.read("xl/sharedStrings.xml")


def test_a_text_beyond_what_excel_takes_in_a_cell_is_cut_between_characters():
    for text, kept in (("𠮷" * 20_000, "𠮷" * 16_383), ("_x0041_" + "&" * 40_000, "_x0041_" + "&" * 32_760)):
        assert read_sheet(write_xlsx(["a"], [[text]]), "").rows[0]["a"] == kept


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_any_text_as_it_was(tmp_path: Path):
    texts = ["".join(pair) for pair in product(SPECIAL, repeat=2)]
    workbook = tmp_path / "texts.xlsx"
    workbook.write_bytes(write_xlsx(["kept", "text"], [["x", text] for text in texts]))
    profile, as_csv = f"-env:UserInstallation=file://{tmp_path}/profile", "csv:Text - txt - csv (StarCalc):44,34,76"
    command = ["soffice", "--headless", profile, "--convert-to", as_csv, "--outdir", str(tmp_path), str(workbook)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    found = [as_kept(row["text"]) for row in read_sheet((tmp_path / "texts.csv").read_bytes()).rows]
    assert found == [as_kept(text) for text in texts]
