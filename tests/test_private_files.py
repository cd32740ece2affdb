"""Nobody but the service's own user can read what it keeps."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from rbc_events.config import Config
from rbc_events.kept_files import KeptFile
from rbc_events.private_files import OWN, keep_files_private, make_private_folder, write_private_file

PROGRAM = Path(sys.executable).with_name("rbc-events")


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def run(instance: Path, *arguments: str, **settings: str) -> None:
    environment = {**os.environ, "RBC_INSTANCE": str(instance), "RBC_ENV": "development", **settings}
    subprocess.run([PROGRAM, *arguments], env=environment, umask=0o022, check=True, timeout=120)


@pytest.mark.slow
def test_the_instance_folder_and_a_database_elsewhere_are_closed_also_where_they_were_open(tmp_path: Path) -> None:
    instance, database = tmp_path / "instance", tmp_path / "elsewhere.db"
    url = f"sqlite:///{database}"
    run(instance, "init", RBC_DATABASE_URL=url)
    assert rights(instance) == 0o700
    assert rights(database) == 0o600
    assert [path for path in instance.rglob("*") if rights(path) & 0o077] == []
    instance.chmod(0o755)
    database.chmod(0o644)
    run(instance, "staff", "office@people.example", RBC_DATABASE_URL=url)
    assert (rights(instance), rights(database)) == (0o700, 0o600)


@pytest.mark.slow
def test_the_web_server_closes_its_files_whoever_starts_it(tmp_path: Path) -> None:
    code = "import rbc_events.wsgi, pathlib, os; (pathlib.Path(os.environ['RBC_INSTANCE']) / 'new').touch()"
    environment = {**os.environ, "RBC_INSTANCE": str(tmp_path / "instance"), "RBC_ENV": "development"}
    subprocess.run([sys.executable, "-c", code], env=environment, umask=0o022, check=True, timeout=120)
    assert rights(tmp_path / "instance") == 0o700
    assert [path for path in (tmp_path / "instance").rglob("*") if rights(path) & 0o077] == []


@pytest.mark.slow
def test_an_instance_folder_with_other_things_in_it_keeps_its_rights_and_ours_in_it_are_closed(tmp_path: Path) -> None:
    etc, mine = tmp_path / "etc", tmp_path / "mine"
    for folder in (etc, mine):
        folder.mkdir()
        folder.chmod(0o755)
    (etc / "passwd").touch()
    (etc / "passwd").chmod(0o644)  # whatever an earlier test has left this process' mask at
    for instance, expected in ((etc, 0o755), (mine, 0o700)):
        for _start in range(2):  # the second finds what the first has put there
            run(instance, "init")
            assert rights(instance) == expected
        ours = [path for path in instance.rglob("*") if path.name != "passwd"]
        assert len(ours) >= 3
        assert [path for path in ours if rights(path) & 0o077] == []
    assert rights(etc / "passwd") == 0o644


def test_the_names_of_all_kept_files_are_known_as_ours(app: Flask) -> None:
    assert {model.FOLDER for model in KeptFile.__subclasses__()} <= set(OWN)


def test_a_folder_that_everybody_shares_is_left_open(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    make_private_folder(shared)
    assert rights(shared) == 0o1777


def test_a_file_that_somebody_could_read_is_replaced_by_one_that_nobody_can(tmp_path: Path) -> None:
    path = tmp_path / "mail.part"
    path.write_text("before")
    path.chmod(0o644)
    write_private_file(path, b"after")
    assert path.read_bytes() == b"after"
    assert rights(path) == 0o600


@pytest.mark.parametrize("name", ["plain.db", "with a blank #1.db", "会議.db?mode=rw"])
def test_a_database_under_any_name_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = tmp_path / name.partition("?")[0]
    path.touch(mode=0o644)
    monkeypatch.setattr(os, "umask", lambda _mask: 0)  # the tests' own files stay as they are
    config = Config(instance=tmp_path / "instance", database_url=f"sqlite:///{tmp_path}/{name}")
    keep_files_private(config)
    assert rights(path) == 0o600


def test_what_a_wrong_setting_takes_for_a_database_keeps_its_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "passwd"
    path.write_text("root:x:0:0:root:/root:/bin/bash\n")
    path.chmod(0o644)
    monkeypatch.setattr(os, "umask", lambda _mask: 0)
    keep_files_private(
        Config(instance=tmp_path / "instance", database_url=f"sqlite:///{path}", jobs_url=f"sqlite:///{path}")
    )
    assert rights(path) == 0o644
