"""Browser packages: from node_modules/ (npm, pinned in package-lock.json) into static/vendor/, which git ignores.

A first visit shall be light: of two thousand icons come those that pages show, and each file has a compressed one
beside it, which WhiteNoise sends to browsers that take it.
"""

import gzip
import logging
import re
import shutil
from pathlib import Path

from rbc_events.config import ROOT, STATIC, TEMPLATES

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "fonts/bootstrap-icons.woff",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "jsqr/dist/jsQR.js": "jsqr.js",
}
ICONS, ICON_FONT = FILES["bootstrap-icons/font/bootstrap-icons.min.css"], "fonts/bootstrap-icons.woff"
RULE = re.compile(r'\.bi-([a-z0-9-]+)::before\{content:"\\([0-9a-f]+)"\}')
FACE = '@font-face{font-display:block;font-family:bootstrap-icons;src:url("fonts/bootstrap-icons.woff") format("woff")}'
SHAPE = (
    '.bi::before,[class^="bi-"]::before,[class*=" bi-"]::before{display:inline-block;'
    "font-family:bootstrap-icons!important;font-style:normal;font-weight:400!important;font-variant:normal;text-transform:none;line-height:1;"
    "vertical-align:-.125em;-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale}"
)


def copy_vendor_files() -> int:
    """Copy the files that pages use, and drop those of an earlier version; returns how many."""
    vendor = STATIC / "vendor"
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in FILES.items():
        path = vendor / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, path)
    _keep_icons(vendor, icons_in_use(icon_codes(vendor / ICONS)))
    for path in [*vendor.glob("*.css"), *vendor.glob("*.js")]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return len(FILES)


def icon_codes(style_sheet: Path) -> dict[str, str]:
    """Each icon's name with its character's number, hexadecimal, as a style sheet of the package has them."""
    return dict(RULE.findall(style_sheet.read_text(encoding="utf-8")))


def icons_in_use(known: dict[str, str]) -> dict[str, str]:
    """Of the known icons those that templates or code name, as bi-… or as a word in quotes that a macro takes."""
    paths = [*TEMPLATES.rglob("*.html"), *(ROOT / "rbc_events").rglob("*.py"), *(STATIC / "js").glob("*.js")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    named = {*re.findall(r"\bbi-([a-z0-9-]+)", text), *re.findall(r"""["']([a-z0-9-]+)["']""", text)}
    return {name: code for name, code in known.items() if name in named}


def _keep_icons(vendor: Path, icons: dict[str, str]) -> None:
    """Leave style sheet and font with these icons alone."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # the package's font has two octets too many
    licence = (vendor / ICONS).read_text(encoding="utf-8").partition("*/")[0] + "*/"
    rules = (f'.bi-{name}::before{{content:"\\{code}"}}' for name, code in icons.items())
    (vendor / ICONS).write_text(licence + FACE + SHAPE + "".join(rules), encoding="utf-8")
    with TTFont(vendor / ICON_FONT) as font:
        subsetter = Subsetter(Options(flavor="woff"))
        subsetter.populate(unicodes=[int(code, 16) for code in icons.values()])
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(vendor / "fonts" / "icons.part")
    (vendor / "fonts" / "icons.part").rename(vendor / ICON_FONT)
