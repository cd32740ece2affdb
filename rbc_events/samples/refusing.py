"""No production start on a database with sample accounts, for their password is printed; and no other start on an
address that others reach without a word about it."""

import sys
from ipaddress import ip_address

from rbc_events.config import Config, ConfigurationError

REFUSAL = (
    "RBC_ENV: the database holds sample accounts, whose password is public. In production use another database"
    " (RBC_DATABASE_URL), or close these accounts: rbc-events samples close."
)
WARNING = (
    "WARNING: RBC_HOST={host}: others reach this address, and anybody can sign in as headquarters with the sample"
    " accounts' public password.\n  Keep to 127.0.0.1, or close these accounts: rbc-events samples close."
)


def refuse_sample_accounts(config: Config) -> None:
    """Keep a production start from a database in which anybody could sign in as headquarters.

    It asks the database itself, before there is an application.

    Raises:
        ConfigurationError: there are sample accounts that can be used.
    """
    if config.production and _has_sample_accounts(config):
        raise ConfigurationError(REFUSAL)


def warn_of_sample_accounts(config: Config) -> None:
    """Say so on standard error where others than this machine's own users may sign in with the printed password."""
    if not ip_address(config.host).is_loopback and _has_sample_accounts(config):
        print(f"\n  {WARNING.format(host=config.host)}\n", file=sys.stderr, flush=True)


def _has_sample_accounts(config: Config) -> bool:
    """Whether there are sample accounts that can be used."""
    # Here, because a laptop's start doesn't wait for them.
    from sqlalchemy import column, create_engine, exists, inspect, select, table, true

    from rbc_events.database import reading

    users = table("users", column("is_sample"), column("active"))
    open_ones = select(exists().select_from(users).where(users.c.is_sample == true(), users.c.active == true()))
    engine = create_engine(config.database_url)
    try:
        with reading(), engine.connect() as connection:
            return bool(inspect(connection).has_table("users") and connection.scalar(open_ones))
    finally:
        engine.dispose()
