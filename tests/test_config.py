import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rbc_events.config import Config, ConfigurationError

ROOT = Path(__file__).parent.parent
KEY = "k" * 32
PRODUCTION = {"RBC_ENV": "production", "RBC_SECRET_KEY": KEY, "RBC_BASE_URL": "https://events.example"}


def test_a_laptop_needs_no_setting_and_keeps_its_key(tmp_path: Path) -> None:
    first = Config.from_environment({"RBC_INSTANCE": str(tmp_path)})
    assert first.port == 8000
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert Config.from_environment({"RBC_INSTANCE": str(tmp_path)}).secret_key == first.secret_key


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        (PRODUCTION | {"RBC_SECRET_KEY": "short"}, "RBC_SECRET_KEY"),
        (PRODUCTION | {"RBC_DEBUG": "1"}, "RBC_DEBUG"),
        (PRODUCTION | {"RBC_BASE_URL": "http://events.example"}, "RBC_BASE_URL"),
        (PRODUCTION | {"RBC_BASE_URL": ""}, "RBC_BASE_URL"),
        ({"RBC_ENV": "staging"}, "RBC_ENV"),
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "99999"}, "PORT"),
        ({"PORT": "9" * 5000}, "PORT"),
        ({"RBC_WEB_WORKERS": "0"}, "RBC_WEB_WORKERS"),
        ({"RBC_TRUSTED_PROXIES": "-1"}, "RBC_TRUSTED_PROXIES"),
        ({"RBC_HOST": "everywhere"}, "RBC_HOST"),
        ({"RBC_WEB_WORKERS": "٣"}, "RBC_WEB_WORKERS"),
        ({"RBC_RATE_LIMITS": "maybe"}, "RBC_RATE_LIMITS"),
        ({"RBC_DATABASE_URL": "mysql://host/rbc"}, "RBC_DATABASE_URL"),
        ({"RBC_DATABASE_URL": "sqlite://"}, "RBC_DATABASE_URL"),
        ({"RBC_DATABASE_URL": "postgresql://host:99999/rbc"}, "RBC_DATABASE_URL"),
        ({"RBC_JOBS_URL": "amqp://host"}, "RBC_JOBS_URL"),
        ({"RBC_JOBS_URL": "jobs.db"}, "RBC_JOBS_URL"),
        ({"RBC_MAIL_URL": "smpts://mail.example"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "mail.example:587"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "smtp://"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "smtp://[mail.example"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "smtp://mail.example?starttls=maybe"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "smtp://mail.example?starttls="}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "smtp://mail.example?startls=on"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_URL": "file://mail"}, "RBC_MAIL_URL"),
        ({"RBC_MAIL_FROM": "RBC Events"}, "RBC_MAIL_FROM"),
        ({"RBC_MAIL_FROM": "One <one@host.example>, Two <two@host.example>"}, "RBC_MAIL_FROM"),
        ({"RBC_MAIL_FROM": "one@host.example more"}, "RBC_MAIL_FROM"),
        ({"RBC_MAIL_FROM": "One <one@host.example>\nBcc: two@host.example"}, "RBC_MAIL_FROM"),
        ({"RBC_INBOX_URL": "pop3://mail.example"}, "RBC_INBOX_URL"),
        ({"RBC_INBOX_URL": "imaps://user:password@mail example"}, "RBC_INBOX_URL"),
        ({"RBC_BASE_URL": "https://ev ents.example"}, "RBC_BASE_URL"),
        ({"RBC_BASE_URL": "https://見本.example"}, "RBC_BASE_URL"),
        ({"RBC_BASE_URL": "https://*.example"}, "RBC_BASE_URL"),
        ({"RBC_BASE_URL": "events.example"}, "RBC_BASE_URL"),
        ({"RBC_BASE_URL": "https://events.example/conference"}, "RBC_BASE_URL"),
        ({"RBC_TAXONOMY": "missing.csv"}, "RBC_TAXONOMY"),
        ({"RBC_SCAN_COMMAND": "no-such-scanner --quiet"}, "RBC_SCAN_COMMAND"),
        ({"RBC_SCAN_COMMAND": "'unclosed"}, "RBC_SCAN_COMMAND"),
        ({"RBC_INSTANCE": "/dev/null/rbc"}, "RBC_INSTANCE"),
    ],
)
def test_an_unusable_setting_is_refused_in_one_line_that_names_it(environ: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Config.from_environment(environ)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_fault_of_a_start_is_told_together() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Config.from_environment({"RBC_ENV": "production", "PORT": "99999", "RBC_MAIL_URL": "smpts://mail.example"})
    lines = str(refused.value).splitlines()
    assert {line.partition(":")[0] for line in lines} == {"RBC_SECRET_KEY", "RBC_BASE_URL", "PORT", "RBC_MAIL_URL"}
    assert len(lines) == 4


def test_a_password_is_never_told_with_a_fault() -> None:
    for url in ("smpts://user:hunter2@mail.example", "smtp://user:hunter2@mail.example:99999", "user:hunter2@host"):
        with pytest.raises(ConfigurationError) as refused:
            Config.from_environment({"RBC_MAIL_URL": url, "RBC_DATABASE_URL": url, "RBC_JOBS_URL": url})
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RBC_MAIL_URL", "smtp://user:p%40ss@mail.example:587"),
        ("RBC_MAIL_URL", "smtps://mail.example?reports=all"),
        ("RBC_MAIL_URL", "smtp://mail.example?starttls=off&reports=all"),
        ("RBC_DATABASE_URL", "postgresql:///rbc?host=/run/postgresql"),
        ("RBC_DATABASE_URL", "sqlite:////srv/rbc/events.db"),
        ("RBC_JOBS_URL", "redis://127.0.0.1:6379/0"),
        ("RBC_INBOX_URL", "imaps://user:password@mail.example/INBOX"),
        ("RBC_MAIL_FROM", "office@mail.example"),
        ("RBC_MAIL_FROM", "見本 事務局 <office@mail.example>"),
        ("RBC_MAIL_FROM", '"Office, Sample" <office@mail.example>'),
        ("RBC_BASE_URL", "https://[2001:db8::1]:8443"),
        ("RBC_BASE_URL", "https://xn--8pvz87e.example"),
        ("RBC_HOST", "::1"),
        ("RBC_TRUSTED_PROXIES", "2"),
    ],
)
def test_what_can_be_used_is_taken_as_it_is(tmp_path: Path, name: str, value: str) -> None:
    config = Config.from_environment({"RBC_INSTANCE": str(tmp_path), name: value})
    assert str(getattr(config, name.removeprefix("RBC_").lower())) == value


@pytest.mark.slow
def test_parts_that_start_at_once_take_one_key(tmp_path: Path) -> None:
    code = "from rbc_events.config import Config; print(Config.from_environment().secret_key)"
    environment = {**os.environ, "RBC_INSTANCE": str(tmp_path / "new")}
    parts = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _part in range(6)
    ]
    keys = {part.communicate(timeout=60)[0] for part in parts}
    assert len(keys) == 1
    assert len(keys.pop().strip()) >= 32
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_a_key_that_was_cut_short_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    with pytest.raises(ConfigurationError, match="secret-key holds no key"):
        Config.from_environment({"RBC_INSTANCE": str(tmp_path)})


def test_a_safe_production_start_is_accepted(tmp_path: Path) -> None:
    environ = PRODUCTION | {"RBC_BASE_URL": "https://events.example/"}
    config = Config.from_environment({**environ, "RBC_INSTANCE": str(tmp_path)})
    assert config.flask()["SESSION_COOKIE_SECURE"]
    assert config.flask()["REMEMBER_COOKIE_SECURE"]
    assert config.base_url == "https://events.example"


def test_the_key_never_shows_in_a_representation() -> None:
    assert KEY not in repr(Config(secret_key=KEY))


def test_the_readme_lists_every_variable() -> None:
    source = (ROOT / "rbc_events" / "environment.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in set(re.findall(r'"(RBC_[A-Z_]+|PORT)"', source)) if f"`{name}`" not in readme] == []
