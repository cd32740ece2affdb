"""Browser packages as `rbc-events assets` leaves them: the icons that pages show, and all of it compressed, too."""

import gzip
import re

from fontTools.ttLib import TTFont

from rbc_events.assets import FILES, ICON_FONT, ICONS, icon_codes
from rbc_events.config import STATIC, TEMPLATES

VENDOR = STATIC / "vendor"


def test_every_icon_that_a_page_shows_is_there() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    shown = {*re.findall(r"\bbi bi-([a-z0-9-]+)", pages), *re.findall(r'icon="([a-z0-9-]+)"', pages)}
    codes = icon_codes(VENDOR / ICONS)
    assert sorted(shown - set(codes)) == [], "a new icon: run `rbc-events assets`"
    with TTFont(VENDOR / ICON_FONT) as font:
        drawn = font.getBestCmap()
    assert [name for name, code in codes.items() if int(code, 16) not in drawn] == []


def test_every_style_and_script_has_its_compressed_twin() -> None:
    for target in FILES.values():
        if target.endswith((".css", ".js")):
            path = VENDOR / target
            assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
