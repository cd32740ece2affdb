"""Configuration, read from the environment once at start. The README lists every variable with its default."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

ROOT = Path(__file__).resolve().parent.parent


class ConfigurationError(Exception):
    """A setting is missing or unsafe. The message is one line for the person who starts the program."""


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
    port: int = 8000
    web_workers: int = 1
    taxonomy: str = ""
    nearest: bool = False
    rate_limits: bool = True
    debug: bool = False

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @classmethod
    def from_environment(cls, environ: dict[str, str] | os._Environ[str] = os.environ) -> "Config":
        """Read the settings.

        Raises:
            ConfigurationError: a value can't be used, or a production start would be unsafe.
        """
        port = _integer(environ, "PORT", 8000)
        instance = Path(environ.get("RBC_INSTANCE") or INSTANCE).absolute()
        config = cls(
            environment=environ.get("RBC_ENV", "development"),
            secret_key=environ.get("RBC_SECRET_KEY", ""),
            instance=instance,
            database_url=environ.get("RBC_DATABASE_URL") or f"sqlite:///{instance / 'rbc_events.db'}",
            jobs_url=environ.get("RBC_JOBS_URL") or f"sqlite:///{instance / 'jobs.db'}",
            mail_url=environ.get("RBC_MAIL_URL") or f"file://{instance / 'mail'}",
            mail_from=environ.get("RBC_MAIL_FROM") or cls.mail_from,
            inbox_url=environ.get("RBC_INBOX_URL", ""),
            base_url=(environ.get("RBC_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            web_workers=_integer(environ, "RBC_WEB_WORKERS", 1),
            taxonomy=environ.get("RBC_TAXONOMY", ""),
            nearest=_flag(environ, "RBC_NEAREST", False),
            rate_limits=_flag(environ, "RBC_RATE_LIMITS", True),
            debug=_flag(environ, "RBC_DEBUG", False),
        )
        config.refuse_unsafe()
        return config if config.secret_key else config.with_local_secret()

    def refuse_unsafe(self) -> None:
        if self.environment not in {"development", "production", "test"}:
            raise ConfigurationError(f"RBC_ENV is {self.environment!r}; it may be development or production.")
        if not self.production:
            return
        if len(self.secret_key) < 32:
            raise ConfigurationError("RBC_SECRET_KEY must be set to at least 32 characters when RBC_ENV=production.")
        if self.debug:
            raise ConfigurationError("RBC_DEBUG must be off when RBC_ENV=production.")

    def with_local_secret(self) -> "Config":
        """A laptop's own key, made once and kept beside the database, so that log-ins survive a restart."""
        self.instance.mkdir(parents=True, exist_ok=True)
        path = self.instance / "secret-key"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(descriptor, secrets.token_urlsafe(48).encode())
            os.close(descriptor)
        return Config(**{**self.__dict__, "secret_key": path.read_text(encoding="utf-8")})

    def flask(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SESSION_COOKIE_NAME": "rbc_session",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.base_url.startswith("https://"),
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "BABEL_DEFAULT_LOCALE": "en",
            "RATELIMIT_ENABLED": self.rate_limits,
            "RATELIMIT_STORAGE_URI": self.jobs_url if self.jobs_url.startswith("redis") else "memory://",
            "WTF_CSRF_TIME_LIMIT": None,
            "RBC": self,
        }


def _integer(environ: dict[str, str] | os._Environ[str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit():
        raise ConfigurationError(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def _flag(environ: dict[str, str] | os._Environ[str], name: str, default: bool) -> bool:
    value = environ.get(name, "").lower()
    if value not in {"", "0", "1", "true", "false", "on", "off"}:
        raise ConfigurationError(f"{name} is {value!r}; it must be 1 or 0.")
    return default if not value else value in {"1", "true", "on"}
