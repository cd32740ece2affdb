"""Inputs with their right values, made by others, where they are at hand beside the checkout."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

FOLDERS = [folder / "shared" / "cases" for folder in Path(__file__).resolve().parents]
CASES = next((folder for folder in FOLDERS if folder.is_dir()), None)


def cases(kind: str, pattern: str = "*") -> list[Path]:
    return sorted((CASES / kind).glob(pattern)) if CASES else []


def case(kind: str, name: str) -> bytes:
    [path] = cases(kind, f"{name}*")
    return path.read_bytes()


def bounces() -> Iterator[tuple[str, bytes]]:
    """Real mails that came back, of many mail systems: name and content."""
    for archive in cases("mail", "bounces.tar.xz"):
        with tarfile.open(archive) as packed:
            for member in packed:
                if member.name.endswith(".eml") and (file := packed.extractfile(member)):
                    yield Path(member.name).name, file.read()
