"""Sample accounts and production starts, by the commands that an office uses."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from rbc_events.accounts.models import Role
from rbc_events.accounts.operations import check_password
from rbc_events.config import ConfigurationError
from rbc_events.database import db
from rbc_events.events.site import save_site
from rbc_events.samples.closing import close_sample_accounts
from rbc_events.samples.notices import write_notices
from rbc_events.samples.refusing import REFUSAL, refuse_sample_accounts, warn_of_sample_accounts
from tests.factories import PASSWORD, make_user
from tests.servers import free_port


def production(app: Flask, **variables: str) -> dict[str, str]:
    settings = {"RBC_ENV": "production", "RBC_SECRET_KEY": "k" * 32, "RBC_BASE_URL": "https://events.example"}
    config = app.config["RBC"]
    places = {"RBC_DATABASE_URL": config.database_url, "RBC_INSTANCE": str(config.instance)}
    return {**os.environ, **settings, **places, **variables}


def command(*words: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, *words]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def sample_headquarters(app: Flask) -> Any:
    user = make_user(Role.HEADQUARTERS, password=PASSWORD)
    user.is_sample = True
    db.session.commit()
    return user


@pytest.mark.slow
@pytest.mark.parametrize("name", ["init", "serve", "worker", "run"])
def test_no_production_start_begins_with_sample_accounts(app: Flask, sample_headquarters: Any, name: str) -> None:
    refused = command("-m", "rbc_events", name, environment=production(app, PORT=str(free_port())))
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == f"Error: {REFUSAL}"
    assert "RBC Events: https" not in refused.stdout


@pytest.mark.slow
def test_no_other_web_server_begins_with_them_either(app: Flask, sample_headquarters: Any) -> None:
    refused = command("-c", "import rbc_events.wsgi", environment=production(app))
    assert refused.returncode == 1
    assert REFUSAL in refused.stderr


@pytest.mark.slow
def test_the_command_that_is_named_closes_them(app: Flask, sample_headquarters: Any) -> None:
    closed = command("-m", "rbc_events", "samples", "close", environment=production(app))
    assert closed.stdout == "1 sample accounts closed\n"
    assert command("-m", "rbc_events", "init", environment=production(app)).returncode == 0


@pytest.mark.slow
def test_no_sample_is_loaded_in_production(app: Flask) -> None:
    refused = command("-m", "rbc_events", "init", "--sample", environment=production(app))
    assert refused.returncode == 1
    assert refused.stderr == "Error: RBC_ENV: samples aren't loaded in production.\n"


def test_who_was_a_sample_can_do_nothing_any_more(app: Flask, sample_headquarters: Any, sign_in: Any, now: Any) -> None:
    signed_in = sign_in(sample_headquarters)
    assert signed_in.get("/settings").status_code == 200
    real = make_user(password=PASSWORD)
    assert check_password(sample_headquarters.email, PASSWORD)
    assert close_sample_accounts(now=now) == 1
    db.session.commit()
    assert check_password(sample_headquarters.email, PASSWORD) is None
    assert sample_headquarters.grants == []
    assert signed_in.get("/settings").status_code in (302, 401)
    assert check_password(real.email, PASSWORD) is real
    refuse_sample_accounts(replace(app.config["RBC"], environment="production"))


def test_only_production_minds_and_only_where_there_are_tables(
    app: Flask, sample_headquarters: Any, tmp_path: Path
) -> None:
    config = app.config["RBC"]
    refuse_sample_accounts(config)
    empty = replace(config, environment="production", database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    refuse_sample_accounts(empty)
    with pytest.raises(ConfigurationError):
        refuse_sample_accounts(replace(config, environment="production"))


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("::", True), ("127.0.0.1", False), ("::1", False)])
def test_a_start_on_an_address_that_others_reach_warns_of_sample_accounts(
    app: Flask, sample_headquarters: Any, capsys: pytest.CaptureFixture[str], host: str, warned: bool
) -> None:
    warn_of_sample_accounts(replace(app.config["RBC"], host=host))
    assert (f"RBC_HOST={host}: others reach this address" in capsys.readouterr().err) == warned
    sample_headquarters.is_sample = False
    db.session.commit()
    warn_of_sample_accounts(replace(app.config["RBC"], host=host))
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_the_start_says_it(app: Flask, sample_headquarters: Any) -> None:
    environment = {**production(app), "RBC_ENV": "development", "RBC_HOST": "0.0.0.0"}
    started = command("-m", "rbc_events", "init", "--quiet", environment=environment)
    assert started.returncode == 0
    assert "anybody can sign in as headquarters" in started.stderr


def test_the_samples_notices_go_unless_the_office_has_written_its_own(app: Flask, client: Any, now: Any) -> None:
    write_notices()
    db.session.commit()
    english = {"Accept-Language": "en"}
    assert "This is a sample." in client.get("/privacy", headers=english).text
    assert "erased 5 years after" in client.get("/privacy", headers=english).text
    assert "これは見本です" in client.get("/imprint", headers={"Accept-Language": "ja"}).text
    save_site(None, {"imprint_en": "Our own"})
    close_sample_accounts(now=now)
    db.session.commit()
    assert "have not written this notice yet" in client.get("/privacy", headers=english).text
    assert "Our own" in client.get("/imprint", headers=english).text
