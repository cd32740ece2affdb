"""The settings of environment variables, read and checked by environs, which collects every fault of a start."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from environs import Env, EnvValidationError, ValidationError, validate

from rbc_events.config import INSTANCE, Config, ConfigurationError

Check = Callable[[str], None]
ENVIRONMENTS = ("development", "production", "test")
MAIL_OPTIONS = {"starttls": ("on", "off", "1", "0"), "reports": ("all",)}  # outbox/transport.py says what they do


class Variables(Env):
    """environs on a mapping that is given to it. An empty variable counts as one that isn't set."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self.variables = variables
        self.add_parser("whole", _whole)

    def _get_value(self, env_key: str, default: Any) -> Any:
        return self.variables.get(env_key) or default


def read(variables: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a Config.

    Raises:
        ConfigurationError: with a line for each variable that can't be used.
    """
    env = Variables(variables)
    settings = _settings(env)
    faults: dict[str, str] = {}
    try:
        env.seal()
    except EnvValidationError as error:
        messages: Any = error.error_messages  # by name, as environs gives them when it seals
        faults = {name: told[0] for name, told in messages.items()}
    production = settings["environment"] == "production"
    settings["second_factor"] = settings["second_factor"] or ("headquarters" if production else "none")
    settings["log_level"] = settings["log_level"] or ("info" if production else "warning")
    if production:
        faults = dict(_unsafe(settings)) | faults
    if faults:
        raise ConfigurationError(*(f"{name}: {message}" for name, message in faults.items()))
    return settings


def _settings(env: Variables) -> dict[str, Any]:
    port = env.whole("PORT", "8000", lowest=1, highest=65_535)
    instance = Path(env.str("RBC_INSTANCE", str(INSTANCE))).absolute()
    return {
        "environment": env.str("RBC_ENV", Config.environment, validate=_environment),
        "secret_key": env.str("RBC_SECRET_KEY", ""),
        "instance": instance,
        "database_url": env.str("RBC_DATABASE_URL", f"sqlite:///{instance / 'rbc_events.db'}", validate=_database),
        "jobs_url": env.str("RBC_JOBS_URL", f"sqlite:///{instance / 'jobs.db'}", validate=_jobs),
        "mail_url": env.str("RBC_MAIL_URL", f"file://{instance / 'mail'}", validate=_mail),
        "mail_from": env.str("RBC_MAIL_FROM", Config.mail_from, validate=_sender),
        "inbox_url": env.str("RBC_INBOX_URL", "", validate=_inbox),
        "base_url": (env.str("RBC_BASE_URL", f"http://127.0.0.1:{port}", validate=_origin) or "").rstrip("/"),
        "host": env.str("RBC_HOST", Config.host, validate=_address),
        "port": port,
        "trusted_proxies": env.whole("RBC_TRUSTED_PROXIES", "0", lowest=0, highest=9),
        "web_workers": env.whole("RBC_WEB_WORKERS", "1", lowest=1, highest=64),
        "taxonomy": env.str("RBC_TAXONOMY", "", validate=_file),
        "scan_command": env.str("RBC_SCAN_COMMAND", "", validate=_command),
        "people_years": env.whole("RBC_PEOPLE_YEARS", "5", lowest=1, highest=50),
        "log_level": env.str("RBC_LOG_LEVEL", "", validate=_log_level),
        "metrics_token": env.str("RBC_METRICS_TOKEN", "", validate=_long_enough),
        "second_factor": env.str("RBC_SECOND_FACTOR", "", validate=_second_factor),
        "nearest": env.bool("RBC_NEAREST", True),
        "rate_limits": env.bool("RBC_RATE_LIMITS", True),
        "debug": env.bool("RBC_DEBUG", False),
    }


def _unsafe(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a laptop may do and a production start may not."""
    if len(settings["secret_key"]) < 32:
        yield "RBC_SECRET_KEY", "must be set to at least 32 characters when RBC_ENV=production."
    if not settings["base_url"].startswith("https://"):
        yield "RBC_BASE_URL", "must be an https:// address when RBC_ENV=production."
    if settings["debug"]:
        yield "RBC_DEBUG", "must be off when RBC_ENV=production."


def _whole(value: str, *, lowest: int, highest: int) -> int:
    digits = value.isascii() and value.isdigit() and len(value) < 10
    if not digits or not lowest <= int(value) <= highest:
        raise ValidationError(f"must be a whole number from {lowest} to {highest}, not {value[:20]!r}.")
    return int(value)


_log_level = validate.OneOf(
    ("", "debug", "info", "warning", "error"), error="must be debug, info, warning or error, not {input!r}."
)
_second_factor = validate.OneOf(
    ("", "none", "headquarters", "staff"), error="must be none, headquarters or staff, not {input!r}."
)
_environment = validate.OneOf(ENVIRONMENTS, error="must be development or production, not {input!r}.")


def _long_enough(value: str) -> None:
    if value and len(value) < 24:
        raise ValidationError("must have 24 characters or more.")


def _address(value: str) -> None:
    try:
        ip_address(value)
    except ValueError:
        raise ValidationError(f"must be an IP address of this machine, not {value!r}.") from None


_ADDRESS = r'[^\s<>@,;:"()\\\[\]]+@[A-Za-z0-9.-]+'
_SENDER = re.compile(rf'{_ADDRESS}|("[^"]+"|[^"<>@,;:]+) *<{_ADDRESS}>')


def _sender(value: str) -> None:
    if not _SENDER.fullmatch(value) or not value.isprintable():
        raise ValidationError("must be one address, or a name and <address>.")


def _file(value: str) -> None:
    if not Path(value).is_file():
        raise ValidationError(f"there is no file {value!r}.")


def _command(value: str) -> None:
    try:
        program = shlex.split(value)[0]
    except (ValueError, IndexError):
        raise ValidationError("is no command line.") from None
    if shutil.which(program) is None:
        raise ValidationError(f"there is no program {program!r}.")


# Addresses may hold a password: what is said of them quotes no more than their scheme. --------------------------------


_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]+(%[a-z0-9]+)?")  # a name, or an address of IPv6


def _url(value: str, *schemes: str) -> SplitResult:
    scheme, separator, _rest = value.partition("://")
    if not separator or scheme not in schemes:
        found = f"begins with {scheme[:20]!r}" if separator else "has no scheme"
        raise ValidationError(f"must begin with {' or '.join(f'{name}://' for name in schemes)}; it {found}.")
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        raise ValidationError("has a host or a port that can't be.") from None
    return parts


def _url_of_host(value: str, *schemes: str) -> SplitResult:
    parts = _url(value, *schemes)
    if not parts.hostname:
        raise ValidationError(f"names no host: {parts.scheme}://host.")
    if not _HOST.fullmatch(parts.hostname):
        raise ValidationError("has a host that can't be; one with other letters than a to z is written xn--….")
    return parts


def _path_of(parts: SplitResult) -> None:
    if parts.netloc or not parts.path.strip("/"):
        raise ValidationError(f"must give a path after three slashes: {parts.scheme}:///path.")


def _database(value: str) -> None:
    parts = _url(value, "sqlite", "postgresql", "postgresql+psycopg")
    if parts.scheme == "sqlite":
        _path_of(parts)


def _jobs(value: str) -> None:
    parts = _url(value, "sqlite", "redis", "rediss", "unix", "postgresql", "postgres")
    if parts.scheme in ("sqlite", "unix"):
        _path_of(parts)


def _mail(value: str) -> None:
    parts = _url(value, "file", "smtp", "smtps")
    if parts.scheme == "file":
        return _path_of(parts)
    options = parse_qs(_url_of_host(value, "smtp", "smtps").query, keep_blank_values=True)
    for name, values in options.items():
        allowed = MAIL_OPTIONS.get(name, ())
        if len(values) != 1 or values[0] not in allowed:
            ways = f"may be {' or '.join(allowed)}" if allowed else f"isn't an option; {' and '.join(MAIL_OPTIONS)} are"
            raise ValidationError(f"?{name[:20]}= {ways}.")
    return None


def _inbox(value: str) -> None:
    _url_of_host(value, "imaps", "imap")


def _origin(value: str) -> None:
    parts = _url_of_host(value, "https", "http")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValidationError("must be scheme, host and port alone, such as https://events.example.")
