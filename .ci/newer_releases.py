"""Fills a folder with a newer release, 99999, of every locked package: what an index may offer at any time.

    python .ci/newer_releases.py FOLDER

The whole set-up is run beside such a folder (PIP_FIND_LINKS): were anything taken from it, nothing would work.
"""

import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = "99999"


def write_wheel(folder: Path, name: str, version: str, requires: tuple[str, ...] = ()) -> Path:
    """An empty wheel of the name and version; it asks for `requires`."""
    label = re.sub(r"[-_.]+", "_", name).lower()
    path = folder / f"{label}-{version}-py3-none-any.whl"
    lines = [f"Requires-Dist: {line}" for line in requires]
    with zipfile.ZipFile(path, "w") as wheel:
        info = f"{label}-{version}.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines, ""])
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: here\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def write_newer_releases(folder: Path) -> list[str]:
    """One wheel for each package that a lock file names; gives their names."""
    locks = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("requirements*.txt")))
    names = sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", locks, re.MULTILINE)))
    for name in names:
        write_wheel(folder, name, VERSION)
    return names


if __name__ == "__main__":
    print(f"{len(write_newer_releases(Path(sys.argv[1])))} newer releases in {sys.argv[1]}")
