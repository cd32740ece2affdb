import re
from pathlib import Path

import pytest

from rbc_events.config import Config, ConfigurationError

ROOT = Path(__file__).parent.parent
KEY = "k" * 32


def test_a_laptop_needs_no_setting_and_keeps_its_key(tmp_path: Path) -> None:
    first = Config.from_environment({"RBC_INSTANCE": str(tmp_path)})
    assert first.port == 8000
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert Config.from_environment({"RBC_INSTANCE": str(tmp_path)}).secret_key == first.secret_key


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"RBC_ENV": "production"}, "RBC_SECRET_KEY"),
        ({"RBC_ENV": "production", "RBC_SECRET_KEY": "short"}, "RBC_SECRET_KEY"),
        ({"RBC_ENV": "production", "RBC_SECRET_KEY": KEY, "RBC_DEBUG": "1"}, "RBC_DEBUG"),
        ({"RBC_ENV": "staging"}, "RBC_ENV"),
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"RBC_WEB_WORKERS": "٣"}, "RBC_WEB_WORKERS"),
        ({"RBC_RATE_LIMITS": "maybe"}, "RBC_RATE_LIMITS"),
    ],
)
def test_an_unusable_setting_is_refused_in_one_line_that_names_it(environ: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Config.from_environment(environ)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_safe_production_start_is_accepted(tmp_path: Path) -> None:
    environ = {"RBC_ENV": "production", "RBC_SECRET_KEY": KEY, "RBC_BASE_URL": "https://events.example/"}
    config = Config.from_environment({**environ, "RBC_INSTANCE": str(tmp_path)})
    assert config.flask()["SESSION_COOKIE_SECURE"]
    assert config.base_url == "https://events.example"


def test_the_key_never_shows_in_a_representation() -> None:
    assert KEY not in repr(Config(secret_key=KEY))


def test_the_readme_lists_every_variable() -> None:
    source = (ROOT / "rbc_events" / "config.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in set(re.findall(r'"(RBC_[A-Z_]+|PORT)"', source)) if f"`{name}`" not in readme] == []
