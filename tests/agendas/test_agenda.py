import io
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rbc_events.agendas.agenda import Agenda, Day, Row, bundle, file_name, write_pdf
from rbc_events.agendas.fonts import build_fonts
from rbc_events.agendas.typesetting import FontsMissing
from rbc_events.config import STATIC, TEMPLATES
from tests.calendars.hostile import strings

MADE_AT = datetime(2022, 10, 1, 3, 0, tzinfo=UTC)
MEETING = Row(
    time="10:00–10:30",
    other_time="02:00–02:30 (Paris, UTC+01:00)",
    cells=("見本メディカル株式会社 / 주식회사 샘플", "テーブル 3", "髙橋 﨑子"),
    note="デジタル治療",
)
AGENDA = Agenda(
    language="ja",
    title="商談予定表",
    owner="山田 太郎 様",
    event="見本カンファレンス 2022",
    facts=("時刻は日本時間です。",),
    time_head="時刻",
    columns=("相手先", "場所", "通訳"),
    days=(Day(label="2022年11月15日(火)", rows=(MEETING,)),),
    empty="商談の予定はありません。",
    footer="2022年10月1日 12:00 現在",
    page_words=("", " / "),
)


@pytest.fixture(scope="module", autouse=True)
def fonts() -> Path:
    build_fonts(STATIC / "fonts")
    return STATIC / "fonts"


def pdf(agenda: Agenda) -> bytes:
    return write_pdf(agenda, templates=TEMPLATES / "agendas", fonts=STATIC / "fonts", made_at=MADE_AT)


def poppler(tool: str, content: bytes, *options: str) -> str:
    if not shutil.which(tool):
        if os.environ.get("CI") == "true":
            pytest.fail("apt-get install poppler-utils")
        pytest.skip("poppler-utils is missing: apt-get install poppler-utils")
    target = [] if tool == "pdfinfo" else ["-"]
    done = subprocess.run([tool, *options, "-", *target], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_an_agenda_says_when_with_whom_and_where_in_japanese() -> None:
    text = poppler("pdftotext", pdf(AGENDA), "-layout")
    for words in (AGENDA.owner, AGENDA.event, "2022年11月15日(火)", MEETING.time, MEETING.other_time, *MEETING.cells):
        assert words in text
    assert "デジタル治療" in text
    assert "1/1" in text.replace(" ", "")


def test_an_agenda_is_tagged_for_screen_readers_and_names_its_title() -> None:
    about = poppler("pdfinfo", pdf(AGENDA))
    assert "Tagged:          yes" in about
    assert "商談予定表 – 山田 太郎 様" in about


def test_the_same_agenda_is_the_same_bytes() -> None:
    assert pdf(AGENDA) == pdf(AGENDA)


def test_an_agenda_without_meetings_says_so() -> None:
    assert "商談の予定はありません。" in poppler("pdftotext", pdf(replace(AGENDA, days=())), "-layout")


def test_a_long_day_repeats_the_head_of_its_table_on_every_page() -> None:
    text = poppler("pdftotext", pdf(replace(AGENDA, days=(Day(label="1", rows=(MEETING,) * 80),))), "-layout")
    pages = text.rstrip("\f\n").split("\f")
    assert len(pages) > 2
    assert all("相手先" in page for page in pages)


@pytest.mark.slow
def test_what_people_typed_is_never_read_as_markup_and_never_stops_the_printing() -> None:
    rows = tuple(replace(MEETING, cells=(text[:500], text[:500], ""), note=text[:500]) for text in strings())
    assert pdf(replace(AGENDA, days=(Day(label="x", rows=rows),))).startswith(b"%PDF-")
    markup = replace(MEETING, cells=("#strong[x] $y$ = z #sys", "*b* _c_ @d <e>", ""))
    text = poppler("pdftotext", pdf(replace(AGENDA, days=(Day(label="x", rows=(markup,)),))), "-layout")
    assert "#strong[x] $y$ = z #sys" in text
    assert "*b* _c_ @d <e>" in text


def test_without_the_font_the_fault_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="rbc-events build-font"):
        write_pdf(AGENDA, templates=TEMPLATES / "agendas", fonts=tmp_path, made_at=MADE_AT)


def test_fonts_that_are_there_are_not_built_again() -> None:
    assert build_fonts(STATIC / "fonts") == 0


def test_a_bundle_holds_every_document_and_no_name_leaves_its_folder() -> None:
    names = [
        file_name(text, "pdf")
        for text in ["../../etc/passwd", "a/b", "山田 太郎", "山田 太郎", "", "x\x00y", "..", "a" * 300]
    ]
    with zipfile.ZipFile(io.BytesIO(bundle((name, name.encode()) for name in names))) as archive:
        kept = archive.namelist()
    assert len(set(kept)) == len(names)
    assert "山田 太郎 (2).pdf" in kept
    assert not any("/" in name or "\\" in name or name.startswith(".") or len(name) > 90 for name in kept)
