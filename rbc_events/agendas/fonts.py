"""The Japanese font of printed agendas: two weights made from the variable Noto Sans JP that a package brings."""

from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from pathlib import Path

WEIGHTS = (400, 700)
SOURCE = "fonts/ofl/notosansjp/NotoSansJP[wght].ttf"


def build_fonts(folder: Path) -> int:
    """Make the fonts that are missing in the folder, both at once; returns how many. Takes some 10 seconds.

    typst takes static font files alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [weight for weight in WEIGHTS if not _file(folder, weight).exists()]
    if missing:
        with ProcessPoolExecutor(len(missing)) as pool:
            list(pool.map(_build, missing, [folder] * len(missing)))
    return len(missing)


def fonts_are_built(folder: Path) -> bool:
    return all(_file(folder, weight).exists() for weight in WEIGHTS)


def _file(folder: Path, weight: int) -> Path:
    return folder / f"NotoSansJP-{weight}.ttf"


def _build(weight: int, folder: Path) -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    source = files("justmytype_intl_cjk").joinpath(SOURCE)
    with source.open("rb") as stream:
        font = TTFont(stream)
        instantiateVariableFont(font, {"wght": weight}, inplace=True, updateFontNames=True)
        unfinished = folder / f".{weight}.part"
        font.save(unfinished)
    unfinished.rename(_file(folder, weight))  # whoever looks meanwhile sees a whole font or none
