"""What the settings name is tried before anything starts, and told in a line where it can't be used."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rbc_events.config import ConfigurationError
from rbc_events.trying import require_usable
from tests.conftest import make_config
from tests.servers import free_port

COMMANDS = ["init", "serve", "worker", "staff a@b.example", "reindex", "retention run", "mail send"]


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "a text"
    path.write_bytes(b"no database, no folder, no taxonomy \xff" * 100)
    return path


@pytest.mark.parametrize(
    ("name", "field", "url"),
    [
        ("RBC_DATABASE_URL", "database_url", "sqlite:///{text}"),
        ("RBC_DATABASE_URL", "database_url", "sqlite:////dev/null/x.db"),
        ("RBC_DATABASE_URL", "database_url", "postgresql://rbc:secret-word@127.0.0.1:{port}/rbc"),
        ("RBC_JOBS_URL", "jobs_url", "sqlite:///{text}"),
        ("RBC_JOBS_URL", "jobs_url", "sqlite:////dev/null/jobs.db"),
        ("RBC_JOBS_URL", "jobs_url", "redis://:secret-word@127.0.0.1:{port}/0"),
        ("RBC_JOBS_URL", "jobs_url", "postgresql://rbc:secret-word@127.0.0.1:{port}/rbc"),
        ("RBC_MAIL_URL", "mail_url", "file://{text}"),
        ("RBC_MAIL_URL", "mail_url", "file:///dev/null/mail"),
        ("RBC_TAXONOMY", "taxonomy", "{text}"),
    ],
)
def test_what_cant_be_used_is_told_in_a_line_without_a_password(
    tmp_path: Path, text_file: Path, name: str, field: str, url: str
) -> None:
    text = str(text_file).replace(" ", "%20") if field == "mail_url" else str(text_file)
    config = replace(make_config(tmp_path, f"sqlite:///{tmp_path / 'a.db'}"))
    with pytest.raises(ConfigurationError) as refused:
        require_usable(replace(config, **{field: url.format(text=text, port=free_port())}))
    [line] = str(refused.value).splitlines()
    assert re.fullmatch(rf"{name}: can't be used: .{{10,}}[^.]\.", line)
    assert "secret-word" not in line
    require_usable(config)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_begins_with_what_cant_be_used(tmp_path: Path, text_file: Path, command: str) -> None:
    """And all faults are told together, before anything of ours opens a database."""
    wrong = {
        "RBC_INSTANCE": str(tmp_path / "instance"),
        "RBC_DATABASE_URL": f"sqlite:///{text_file}",
        "RBC_JOBS_URL": f"sqlite:///{text_file}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "rbc_events", *command.split()],
        env={**os.environ, **wrong},
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = done.stderr.strip().splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.removeprefix("Error: ").partition(":")[0] for line in told] == ["RBC_DATABASE_URL", "RBC_JOBS_URL"]


def test_a_wrong_setting_is_no_traceback_whatever_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rbc_events", "staff", "a@b.example"],
        env={**os.environ, "RBC_INSTANCE": str(tmp_path), "PORT": "eighty"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == "Error: PORT: must be a whole number from 1 to 65535, not 'eighty'.\n"
