"""The fonts of printed agendas, made from the variable ones that a package brings: Japanese, and Korean for names."""

from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from pathlib import Path

FONTS = (("JP", 400), ("JP", 700), ("KR", 400))


def build_fonts(folder: Path) -> int:
    """Make the fonts that are missing in the folder, two at a time; returns how many. Takes some 15 seconds.

    typst takes static font files alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [font for font in FONTS if not _file(folder, *font).exists()]
    if missing:
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_build, [folder] * len(missing), *zip(*missing, strict=True)))
    return len(missing)


def fonts_are_built(folder: Path) -> bool:
    return all(_file(folder, *font).exists() for font in FONTS)


def _file(folder: Path, script: str, weight: int) -> Path:
    return folder / f"NotoSans{script}-{weight}.ttf"


def _build(folder: Path, script: str, weight: int) -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    family = f"notosans{script.lower()}/NotoSans{script}[wght].ttf"
    source = files("justmytype_intl_cjk").joinpath("fonts/ofl", family)
    with source.open("rb") as stream:
        font = TTFont(stream)
        instantiateVariableFont(font, {"wght": weight}, inplace=True, updateFontNames=True)
        unfinished = folder / f".{script}-{weight}.part"
        font.save(unfinished)
    unfinished.rename(_file(folder, script, weight))  # whoever looks meanwhile sees a whole font or none
