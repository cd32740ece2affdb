"""Any name prints: a character that no font has makes a document that isn't PDF/UA-1, which forbids such glyphs."""

from dataclasses import replace
from pathlib import Path

import pytest

from rbc_events.agendas.agenda import Day, write_pdf
from rbc_events.agendas.fonts import FAMILIES, build_fonts
from rbc_events.config import STATIC, TEMPLATES
from tests.agendas.test_agenda import AGENDA, MADE_AT, MEETING

NAMES = {
    "Japanese": "髙橋 﨑山 栁 ㈱ ① 吉野家 ｶﾀｶﾅ",
    "simplified Chinese": "张伟 广东机械设备有限公司 龚俊 贾樟柯 邝 头 发 钅",
    "traditional Chinese": "陳美玲 臺灣國際學術 龔 鬱 瞭",
    "Korean": "김철수 한국전자 뷁 쀍",
    "Thai": "สมชาย ใจดี บริษัท ตัวอย่าง จำกัด",
    "Lao": "ສົມຊາຍ ບໍລິສັດ",
    "Khmer": "សុខ ក្រុមហ៊ុន",
    "Burmese": "အောင်ဆန်း ကုမ္ပဏီ",
    "Hindi": "राजेश कुमार कंपनी",
    "Bengali": "রহিম উদ্দিন কোম্পানি",
    "Tamil": "முருகன் நிறுவனம்",
    "Telugu": "రామారావు సంస్థ",
    "Arabic": "محمد الأحمد شركة",
    "Persian": "گلناز پژمان چای",
    "Hebrew": "דוד כהן חברה",
    "Amharic": "አበበ በቀለ ኩባንያ",
    "Vietnamese": "Nguyễn Thị Phượng Đặng Ứng Ỷ",
    "Russian": "Щербаков Ёлкин Эъё",
    "Ukrainian": "Їжак Ґалаґан Євген",
    "Kazakh": "Әлия Қасым Ұлы Өңір",
    "Greek": "Γιώργος Παπαδόπουλος ΐ ὅ",
    "Turkish and Polish": "İğdır Şişman Łódź Żółć",
    "African Latin": "Ɓala Ɗan Ŋmɛnɛ Ọláyínká",
    "signs": "€ ₩ ₹ ™ № ± × → ※ 〒 ℃ ½",
}


@pytest.fixture(scope="module", autouse=True)
def fonts() -> Path:
    build_fonts(STATIC / "fonts")
    return STATIC / "fonts"


def claims_accessibility(text: str) -> bool:
    meeting = replace(MEETING, cells=(text, "", ""), note=text)
    agenda = replace(AGENDA, owner=text, days=(Day(label="1", rows=(meeting,)),))
    content = write_pdf(agenda, templates=TEMPLATES / "agendas", fonts=STATIC / "fonts", made_at=MADE_AT)
    return b"pdfuaid" in content


@pytest.mark.parametrize("writing", NAMES)
def test_every_character_of_a_name_has_a_glyph(writing: str) -> None:
    assert claims_accessibility(NAMES[writing])


def test_a_missing_glyph_would_be_noticed() -> None:
    assert not claims_accessibility("\U00013000")  # a hieroglyph


def test_the_japanese_form_of_a_character_comes_first() -> None:
    assert FAMILIES[0] == "Noto Sans JP"
