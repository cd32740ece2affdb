"""Configuration, read from the environment once at start. The README lists every variable with its default."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_data_path

ROOT = Path(__file__).resolve().parent.parent
LARGEST_REQUEST = 16 * 1024 * 1024  # octets
LARGEST_FORM = 2 * 1024 * 1024  # octets of what is typed: twice what all fields of the largest form may hold


class ConfigurationError(Exception):
    """Settings are missing or unsafe. The message is one line for each, for the person who starts the program."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))


def _first_existing(*folders: Path) -> Path:
    return next((folder for folder in folders if folder.is_dir()), folders[-1])


# A wheel carries templates/ and static/ inside the package; a checkout has them at the top.
TEMPLATES = _first_existing(Path(__file__).parent / "templates", ROOT / "templates")
STATIC = _first_existing(Path(__file__).parent / "static", ROOT / "static")
# A checkout keeps its data beside the code. An installed package's folder is replaced with each version.
INSTANCE = ROOT / "instance" if (ROOT / "pyproject.toml").is_file() else user_data_path("rbc-events")


@dataclass(frozen=True)
class Config:
    """The settings of one installation. Every field has a default that suits a laptop."""

    environment: str = "development"
    secret_key: str = field(default="", repr=False)
    instance: Path = INSTANCE
    database_url: str = ""
    jobs_url: str = ""
    mail_url: str = ""
    mail_from: str = "RBC Events <noreply@rbc-events.example>"
    inbox_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: int = 0
    web_workers: int = 1
    taxonomy: str = ""
    scan_command: str = ""
    people_years: int = 5
    nearest: bool = True
    rate_limits: bool = True
    second_factor: str = "none"
    log_level: str = "warning"
    metrics_token: str = field(default="", repr=False)
    debug: bool = False

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings.

        Raises:
            ConfigurationError: values can't be used, or a production start would be unsafe.
        """
        from rbc_events.environment import read  # 0.05 s, which `rbc-events --help` does without

        config = cls(**read(variables))
        return config if config.secret_key else config.with_local_secret()

    def with_local_secret(self) -> "Config":
        """A laptop's own key, made once and kept beside the database, so that log-ins survive a restart."""
        path = self.instance / "secret-key"
        try:
            if not path.exists():
                _keep_new_secret(path)
            key = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"RBC_INSTANCE: {path} can't be used: {error.strerror}.") from None
        if len(key) < 32:
            raise ConfigurationError(f"RBC_INSTANCE: {path} holds no key. Delete it, and the next start makes one.")
        return replace(self, secret_key=key)

    def hosts(self) -> list[str] | None:
        """The names that a production site answers to: its own, and those by which its own machine looks after it."""
        return [urlsplit(self.base_url).hostname or "", "127.0.0.1", "localhost"] if self.production else None

    def _engine_options(self) -> dict[str, Any]:
        """Faults are logged without addresses and tokens. A connection that the database's restart has cut is replaced
        before it is used."""
        return {"hide_parameters": True, "pool_pre_ping": self.database_url.startswith("postgresql")}

    def flask(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(),
            "TRUSTED_HOSTS": self.hosts(),
            "SESSION_COOKIE_NAME": "rbc_session",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.https,
            "REMEMBER_COOKIE_HTTPONLY": True,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "REMEMBER_COOKIE_SECURE": self.https,
            "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
            "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
            "BABEL_DEFAULT_LOCALE": "en",
            "WTF_CSRF_TIME_LIMIT": None,
            "RBC": self,
        }


def _keep_new_secret(path: Path) -> None:
    """Write the key whole or not at all. Where several processes start at once, all take the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".secret-key-{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, secrets.token_urlsafe(48).encode())
    os.close(descriptor)
    with suppress(FileExistsError):
        os.link(unfinished, path)
    unfinished.unlink()
