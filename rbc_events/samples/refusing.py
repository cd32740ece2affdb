"""No production start on a database with sample accounts: their password is printed."""

from rbc_events.config import Config, ConfigurationError

REFUSAL = (
    "RBC_ENV: the database holds sample accounts, whose password is public. In production use another database"
    " (RBC_DATABASE_URL), or close these accounts: rbc-events samples close."
)


def refuse_sample_accounts(config: Config) -> None:
    """Keep a production start from a database in which anybody could sign in as headquarters.

    It asks the database itself, before there is an application.

    Raises:
        ConfigurationError: there are sample accounts that can be used.
    """
    if not config.production:
        return
    # Here, because a laptop's start doesn't wait for them.
    from sqlalchemy import column, create_engine, exists, inspect, select, table, true

    from rbc_events.database import reading

    users = table("users", column("is_sample"), column("active"))
    open_ones = select(exists().select_from(users).where(users.c.is_sample == true(), users.c.active == true()))
    engine = create_engine(config.database_url)
    try:
        with reading(), engine.connect() as connection:
            if inspect(connection).has_table("users") and connection.scalar(open_ones):
                raise ConfigurationError(REFUSAL)
    finally:
        engine.dispose()
