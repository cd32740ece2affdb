"""Keeping the Japanese texts: one .po file a feature, compiled into one catalogue.

A feature is a package of `rbc_events` with the templates folder of the same name; everything else is "shell".
"""

import os
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from rbc_events.config import TEMPLATES

PACKAGE = Path(__file__).parent
FOLDER = PACKAGE / "translations" / "ja"
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}
OPTIONS = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}


def collect() -> dict[str, Catalog]:
    """The texts that stand in the code and the templates now, by feature."""
    found: dict[str, Catalog] = {}
    for root in (PACKAGE, TEMPLATES):
        for name, _line, message, _comments, context in extract_from_dir(
            str(root), METHODS, OPTIONS, KEYWORDS, comment_tags=(), directory_filter=lambda path: "samples" not in path
        ):
            first = Path(name).parts[0] if len(Path(name).parts) > 1 else "shell"
            feature = first if (PACKAGE / first).is_dir() else "shell"
            found.setdefault(feature, Catalog(locale="ja", charset="utf-8")).add(message, context=context)
    return found


def read(feature: str) -> Catalog:
    path = FOLDER / f"{feature}.po"
    if not path.exists():
        return Catalog(locale="ja", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="ja", charset="utf-8")


def update() -> None:
    """Add what is new to each .po file, drop what is gone. Nothing is guessed: new texts start empty."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for feature, texts in collect().items():
        old = read(feature)
        new = Catalog(locale="ja", charset="utf-8", fuzzy=False)
        for message in texts:
            if message.id:
                known = old.get(message.id, message.context)
                new.add(message.id, known.string if known else "", context=message.context)
        with (FOLDER / f"{feature}.po").open("wb") as file:
            write_po(file, new, width=110, no_location=True, sort_output=True, omit_header=True)


def untranslated() -> list[str]:
    """Every text without Japanese, as "feature: text"."""
    missing = []
    for feature, texts in collect().items():
        known = read(feature)
        for message in texts:
            translated = known.get(message.id, message.context) if message.id else None
            if message.id and not is_complete(translated):
                missing.append(f"{feature}: {message.id}")
    return missing


def is_complete(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def compile_catalogue() -> int:
    """Write translations/ja/LC_MESSAGES/messages.mo from all .po files; returns the number of texts."""
    merged = Catalog(locale="ja", charset="utf-8")
    for path in sorted(FOLDER.glob("*.po")):
        for message in read(path.stem):
            if message.id and is_complete(message):
                merged.add(message.id, message.string, context=message.context)
    target = FOLDER / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{os.getpid()}.part")
    with unfinished.open("wb") as file:
        write_mo(file, merged)
    unfinished.rename(target)  # whoever reads meanwhile sees a whole catalogue
    return len(merged)
