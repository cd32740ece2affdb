"""What a backup holds comes back whole: in the other database, in a newer version, after a crash, or not at all."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from rbc_events.cli import main
from rbc_events.config import Config
from rbc_events.database import db
from rbc_events.directory import indexing
from rbc_events.events.models import Region, RegionKind, Sector
from rbc_events.kept_files import KeptFile, path_of
from rbc_events.migrating import create_app
from rbc_events.operating import archive, backup
from rbc_events.operating.backup import back_up
from rbc_events.operating.restore import NotRestored, restore
from rbc_events.registration.models import Upload
from tests import releases
from tests.conftest import NOW, create_postgres_database, make_config
from tests.test_migrations import differences
from tests.test_upgrading import installed

LATEST = releases.VERSIONS[-1]


def release_in(folder: Path) -> Flask:
    """An installation with rows in every table that the last release has, and the files that they name."""
    folder.mkdir()
    app = installed(LATEST, folder, f"sqlite:///{folder / 'rbc.db'}")
    with app.app_context():
        for model in KeptFile.__subclasses__():
            for stored_as in db.session.scalars(db.select(model.stored_as)):
                path = path_of(model(stored_as=stored_as))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"%PDF-1.7 " + stored_as.encode())
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The last release. Tests leave it as it is."""
    return release_in(tmp_path_factory.mktemp("release") / "old")


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same, brought up to this version. Tests leave it as it is."""
    app = release_in(tmp_path_factory.mktemp("current") / "old")
    with app.app_context():
        upgrade()
        indexing.reindex()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return app


def empty(instance: Path, url: str = "") -> Flask:
    instance.mkdir(parents=True, exist_ok=True)
    return create_app(make_config(instance, url or f"sqlite:///{instance / 'rbc.db'}"))


def hashes(path: Path) -> dict[str, str]:
    reader = archive.Reader(path)
    reader.close()
    found: dict[str, str] = reader.manifest["sha256"]
    return found


@pytest.mark.slow
def test_what_comes_back_is_the_same_to_the_octet(current: Flask, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    made = back_up(current, first, now=NOW)
    assert sum(made["rows"].values()) >= len(releases.rows_of(LATEST))
    assert not made["missing_files"]
    new = empty(tmp_path / "new")
    restore(new, first)
    back_up(new, second, now=NOW)
    assert hashes(first) == hashes(second)
    assert any(name.startswith("files/uploads/") for name in hashes(second))
    with new.app_context():
        assert differences() == []
        triggers = db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"))
        db.session.remove()
    with current.app_context():
        assert triggers == db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"))
        db.session.remove()


@pytest.mark.slow
@pytest.mark.postgres
def test_sqlite_to_postgres_and_back_loses_nothing(current: Flask, tmp_path: Path, postgres_template: str) -> None:
    from sqlalchemy import make_url

    create_postgres_database(postgres_template, "restored", "template0")
    url = make_url(postgres_template).set(database="restored").render_as_string(hide_password=False)
    paths = [tmp_path / f"{number}.zip" for number in range(3)]
    back_up(current, paths[0], now=NOW)
    postgres, sqlite = empty(tmp_path / "postgres", url), empty(tmp_path / "sqlite")
    restore(postgres, paths[0])
    back_up(postgres, paths[1], now=NOW)
    restore(sqlite, paths[1])
    back_up(sqlite, paths[2], now=NOW)
    assert hashes(paths[0]) == hashes(paths[1]) == hashes(paths[2])
    with postgres.app_context():
        assert differences() == []  # also the foreign keys that were lifted
        upload = db.session.query(Upload).order_by(Upload.id.desc()).first()
        again = Upload(**{c.name: getattr(upload, c.name) for c in Upload.__table__.c if c.name != "id"})
        db.session.add(again)
        db.session.flush()
        assert again.id > upload.id  # numbers go on
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
def test_a_backup_of_a_release_becomes_this_version(old: Flask, tmp_path: Path) -> None:
    made = back_up(old, tmp_path / "release.zip", now=NOW)
    assert made["migration"] == releases.HEADS[LATEST]
    new = empty(tmp_path / "new")
    restore(new, tmp_path / "release.zip")
    with new.app_context():
        assert differences() == []
        kept = set(db.inspect(db.engine).get_table_names()) & set(made["rows"])  # some have become others since
        counts = {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in kept}
        assert counts == {name: made["rows"][name] for name in kept}
        assert {"users", "organisations", "meetings", "outcomes"} <= kept
        db.session.remove()


def changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same backup with other contents, packed anew."""
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    change(members)
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target


def another_row(members: dict[str, bytes]) -> None:
    members["tables/regions.jsonl"] = members["tables/regions.jsonl"].replace(b"e", b"i", 1)


def one_more(members: dict[str, bytes]) -> None:
    members["files/uploads/more"] = b"more"


def without_manifest(members: dict[str, bytes]) -> None:
    del members[archive.MANIFEST]


def of_a_newer_version(members: dict[str, bytes]) -> None:
    manifest = json.loads(members[archive.MANIFEST])
    members[archive.MANIFEST] = json.dumps({**manifest, "migration": "9999", "version": "9.0"}).encode()


def outside(members: dict[str, bytes]) -> None:
    manifest = json.loads(members[archive.MANIFEST])
    manifest["sha256"]["files/../../outside"] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    members[archive.MANIFEST], members["files/../../outside"] = json.dumps(manifest).encode(), b"x"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (another_row, "regions.jsonl has changed"),
        (one_more, "its list of contents"),
        (without_manifest, "is no backup, or is damaged"),
        (of_a_newer_version, "Version 9.0 made this backup"),
        (outside, "outside of the installation"),
    ],
)
def test_what_is_damaged_or_newer_is_refused_and_nothing_is_written(
    old: Flask, tmp_path: Path, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    back_up(old, tmp_path / "first.zip", now=NOW)
    new = empty(tmp_path / "new")
    with pytest.raises((archive.UnusableArchive, NotRestored), match=words):
        restore(new, changed(tmp_path / "first.zip", change))
    assert not (tmp_path / "outside").exists()
    with new.app_context():
        names = db.inspect(db.engine).get_table_names()
        assert "users" not in names or not db.session.scalar(text("SELECT count(*) FROM users"))
        db.session.remove()


def test_a_backup_cut_in_the_middle_is_refused(old: Flask, tmp_path: Path) -> None:
    back_up(old, tmp_path / "first.zip", now=NOW)
    content = (tmp_path / "first.zip").read_bytes()
    for part in (0, 10, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.zip").write_bytes(content[:part])
        with pytest.raises(archive.UnusableArchive, match=r"cut\.zip is no backup, or is damaged"):
            restore(empty(tmp_path / "new"), tmp_path / "cut.zip")


def test_a_database_with_rows_is_left_alone(old: Flask, tmp_path: Path) -> None:
    back_up(old, tmp_path / "first.zip", now=NOW)
    with pytest.raises(NotRestored, match="has rows already"):
        restore(old, tmp_path / "first.zip")


def test_only_the_private_key_opens_what_is_encrypted(old: Flask, tmp_path: Path) -> None:
    sealed, key, another = tmp_path / "backup.age", tmp_path / "key", tmp_path / "another"
    public = archive.make_key(key)
    archive.make_key(another)
    back_up(old, sealed, public_key=public, now=NOW)
    content = sealed.read_bytes()
    assert b"jsonl" not in content
    new = empty(tmp_path / "new")
    for given, words in ((None, "is encrypted"), (another, "doesn't open"), (sealed, "holds no private key")):
        with pytest.raises(archive.UnusableArchive, match=words):
            restore(new, sealed, private_key=given)
    sealed.write_bytes(content[:-1])
    with pytest.raises(archive.UnusableArchive, match="doesn't open"):
        restore(new, sealed, private_key=key)
    sealed.write_bytes(content)
    assert restore(new, sealed, private_key=key)["migration"] == releases.HEADS[LATEST]
    assert list((tmp_path / "new").glob("restoring-*")) == []  # nothing decrypted is left lying


def test_a_key_is_not_overwritten_and_a_word_is_no_key(old: Flask, tmp_path: Path) -> None:
    archive.make_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        archive.make_key(tmp_path / "key")
    (tmp_path / "backup").write_bytes(b"yesterday's")
    with pytest.raises(archive.UnusableArchive, match="begins with age1"):
        back_up(old, tmp_path / "backup", public_key="secret", now=NOW)
    assert (tmp_path / "backup").read_bytes() == b"yesterday's"


class Writing(threading.Thread):
    """Adds a region and a sector in each transaction, so that their numbers are equal at every moment."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.done, self.ended = app, 0, threading.Event()

    def run(self) -> None:
        with self.app.app_context():
            while not self.ended.is_set():
                code, name = f"{900_000 + self.done}", {"name_ja": "書", "name_en": "Written"}
                db.session.add_all([Region(code=code, kind=RegionKind.PREFECTURE, **name), Sector(key=code, **name)])
                db.session.commit()
                self.done += 1


def difference_in(path: Path) -> int:
    reader = archive.Reader(path)
    reader.close()
    rows = reader.manifest["rows"]
    return int(rows["regions"] - rows["sectors"])


@pytest.mark.slow
@pytest.mark.parametrize("guarded", [True, False])
def test_rows_are_of_one_moment_while_others_write(
    shared: Any, tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app: Flask = shared
    real = backup.lines_of

    def slowly(table: Any, connection: Any) -> Any:
        if table.name in ("regions", "sectors"):
            if not guarded:  # the control: what another moment would show
                connection.rollback()
            time.sleep(0.5)
        return real(table, connection)

    monkeypatch.setattr(backup, "lines_of", slowly)
    back_up(app, tmp_path / "before.zip", now=NOW)
    writing = Writing(app)
    writing.start()
    try:
        back_up(app, tmp_path / "during.zip", now=NOW)
    finally:
        writing.ended.set()
        writing.join()
    assert writing.done > 2
    apart = difference_in(tmp_path / "during.zip") - difference_in(tmp_path / "before.zip")
    assert (apart == 0) is guarded


@pytest.mark.slow
def test_a_restore_that_is_killed_can_be_done_again(current: Flask, tmp_path: Path) -> None:
    made = back_up(current, tmp_path / "first.zip", now=NOW)
    instance = tmp_path / "new"
    instance.mkdir()
    environment = {**os.environ, "RBC_INSTANCE": str(instance), "RBC_DATABASE_URL": f"sqlite:///{instance}/rbc.db"}
    command = [sys.executable, "-m", "rbc_events", "restore", str(tmp_path / "first.zip")]
    for pause in (1.0, 2.0, 3.0):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    # Either a kill came too late, and all is there, or this one did it.
    assert last.returncode == 0 or "has rows already" in last.stderr, last.stderr
    app = create_app(make_config(instance, environment["RBC_DATABASE_URL"]))
    with app.app_context():
        counts = {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in made["rows"]}
        db.session.remove()
    assert counts == made["rows"]


def test_the_commands_tell_in_words(old: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config: Config = replace(old.config["RBC"])
    monkeypatch.setenv("RBC_INSTANCE", str(config.instance))
    monkeypatch.setenv("RBC_DATABASE_URL", config.database_url)
    runner = CliRunner()
    key = runner.invoke(main, ["backup-key", str(tmp_path / "key")]).output.strip()
    assert key.startswith("age1")
    made = runner.invoke(main, ["backup", str(tmp_path / "out.age"), "--for", key])
    assert (made.exit_code, "tables, version" in made.output) == (0, True), made.output
    refused = runner.invoke(main, ["restore", str(tmp_path / "out.age"), "--key", str(tmp_path / "key")])
    assert (refused.exit_code, "has rows already" in refused.output) == (1, True), refused.output
    nowhere = runner.invoke(main, ["backup", str(tmp_path / "no folder" / "out.zip")])
    assert (nowhere.exit_code, "Traceback" in nowhere.output) == (1, False), nowhere.output
