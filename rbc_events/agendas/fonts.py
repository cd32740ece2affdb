"""The fonts of printed documents, made from the variable ones that packages bring: Japanese first, then one for each
other writing in which a name may stand. The typesetter takes for each character the first that has it."""

from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple


class Font(NamedTuple):
    package: str
    script: str
    weight: int

    @property
    def family(self) -> str:
        return f"Noto Sans {self.script}".strip()


FONTS = (
    Font("justmytype_intl_cjk", "JP", 400),
    Font("justmytype_intl_cjk", "JP", 700),
    *(Font("justmytype_intl_cjk", script, 400) for script in ("KR", "SC", "TC")),
    Font("justmytype_western_core", "", 400),
    *(Font("justmytype_intl_sea", script, 400) for script in ("Thai", "Lao", "Khmer", "Myanmar")),
    *(Font("justmytype_intl_south_asia", script, 400) for script in ("Devanagari", "Bengali", "Tamil", "Telugu")),
    *(Font("justmytype_intl_rtl", script, 400) for script in ("Arabic", "Hebrew")),
    Font("justmytype_intl_africa", "Ethiopic", 400),
)
FAMILIES = tuple(dict.fromkeys(font.family for font in FONTS))


def build_fonts(folder: Path) -> int:
    """Make the fonts that are missing in the folder, two at a time; returns how many. Takes half a minute.

    typst takes static font files alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [font for font in FONTS if not _file(folder, font).exists()]
    if missing:
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_build, [folder] * len(missing), missing))
    return len(missing)


def fonts_are_built(folder: Path) -> bool:
    return all(_file(folder, font).exists() for font in FONTS)


def _file(folder: Path, font: Font) -> Path:
    return folder / f"NotoSans{font.script}-{font.weight}.ttf"


def _build(folder: Path, font: Font) -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    found = files(font.package).joinpath("fonts/ofl", f"notosans{font.script.lower()}")
    [source] = [file for file in found.iterdir() if file.name.startswith(f"NotoSans{font.script}[")]
    with source.open("rb") as stream:
        made = TTFont(stream)
        wanted = {"wght": font.weight, "wdth": 100}
        axes = {axis.axisTag: wanted[axis.axisTag] for axis in made["fvar"].axes}
        instantiateVariableFont(made, axes, inplace=True, updateFontNames=True)
        unfinished = folder / f".{font.script}-{font.weight}.part"
        made.save(unfinished)
    unfinished.rename(_file(folder, font))  # whoever looks meanwhile sees a whole font or none
