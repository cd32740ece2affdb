"""The wheel, built, installed outside the checkout and used by somebody who has nothing else of it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from rbc_events import assets
from rbc_events.agendas.fonts import build_fonts
from rbc_events.config import ROOT, STATIC
from rbc_events.translating import compile_catalogue

pytestmark = pytest.mark.slow
# Run where only the installed wheel can be imported; prints what the test looks at.
VISIT = """
from datetime import UTC, datetime
import rbc_events
from rbc_events.agendas.agenda import Agenda, write_pdf
from rbc_events.config import STATIC, TEMPLATES, Config
from rbc_events.migrating import migrate_database

app = migrate_database(Config.from_environment())
client = app.test_client()
print(rbc_events.__file__)
print(app.config["RBC"].instance)
print("イベント" in client.get("/events", headers={"Accept-Language": "ja"}).text)
print(client.get("/static/vendor/bootstrap.min.css").status_code)
words = dict(title="商談予定表", owner="山田", event="見本", time_head="時刻", empty="なし", footer="現在")
agenda = Agenda(language="ja", facts=(), columns=("相手先",), days=(), **words)
pdf = write_pdf(agenda, templates=TEMPLATES / "agendas", fonts=STATIC / "fonts", made_at=datetime.now(UTC))
print(pdf.startswith(b"%PDF-") and b"NotoSansJP" in pdf)
"""


def build(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "--directory", folder]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel of this checkout."""
    compile_catalogue()
    build_fonts(STATIC / "fonts")
    (STATIC / "fonts" / "ready").touch()
    folder = tmp_path_factory.mktemp("dist")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def test_an_installed_wheel_shows_japanese_pages_and_prints_agendas(built: tuple[Path, Path], tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "RBC_ENV": "development"}
    python = tmp_path / "environment" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "environment"], check=True)
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        built[1],
    ]
    subprocess.run(install, check=True)
    (packages,) = (tmp_path / "environment" / "lib").glob("python*/site-packages")
    # What the wheel depends on; a .pth there is not read again, so that this checkout stays out of reach.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    done = subprocess.run(
        [python, "-c", VISIT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    package, instance, *seen = done.stdout.splitlines()
    assert Path(package).is_relative_to(packages)
    assert Path(instance).is_relative_to(tmp_path / "home")
    assert seen == ["True", "200", "True"]


def test_the_sdist_makes_the_same_wheel(built: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(built[0]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()

    done = build(source, tmp_path / "dist")

    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert names(wheel) == names(built[1])


def test_every_file_of_the_package_is_in_the_wheel(built: tuple[Path, Path]) -> None:
    inside = names(built[1])
    folders = {ROOT / "rbc_events": "", ROOT / "templates": "rbc_events/", ROOT / "static": "rbc_events/"}
    wanted = {
        prefix + path.relative_to(ROOT).as_posix()
        for folder, prefix in folders.items()
        for path in folder.rglob("[!.]*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - inside == set()
    assert {f"rbc_events/static/vendor/{target}" for target in assets.FILES.values()} <= inside


@pytest.mark.parametrize("gone", ["static/vendor", "static/fonts", "rbc_events/translations/ja/LC_MESSAGES"])
def test_nothing_is_built_without_what_git_ignores(built: tuple[Path, Path], tmp_path: Path, gone: str) -> None:
    source = copied(tmp_path)
    shutil.rmtree(source / gone)

    done = build(source, tmp_path / "dist")

    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith(f"Missing or older than its sources: {gone}")
    assert "make built" in done.stderr
    assert not list(tmp_path.glob("dist/*"))


def test_nothing_is_built_from_a_catalogue_older_than_its_texts(built: tuple[Path, Path], tmp_path: Path) -> None:
    source = copied(tmp_path)
    catalogue = source / "rbc_events/translations/ja/LC_MESSAGES/messages.mo"
    os.utime(catalogue, (0, 0))

    assert build(source, tmp_path / "dist").returncode != 0


def copied(folder: Path) -> Path:
    """A copy of what the build reads, without fonts and modules of any size."""
    source = folder / "source"
    wanted = ("rbc_events/translations", "static/vendor", "static/fonts", "templates")
    for name in wanted:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("*.ttf"))
    (source / "rbc_events/agendas").mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "requirements.in", "package-lock.json", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, source / name)
    shutil.copy2(ROOT / "rbc_events/agendas/fonts.py", source / "rbc_events/agendas/fonts.py")
    return source


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())
