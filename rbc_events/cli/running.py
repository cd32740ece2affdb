"""Running an installation: its database, web server and worker. Heavy imports happen inside the commands."""

import os
import sys

import click

from rbc_events.cli import settings


@click.command()
@click.option("--sample/--no-sample", default=False, help="Load the sample programme into an empty database.")
@click.option("--quiet", is_flag=True, help="Say nothing where all is well.")
def init(sample: bool, quiet: bool) -> None:
    """Create the database, or bring it up to this version."""
    from rbc_events.serving import prepare_database

    config = settings.configuration()
    with settings.told_in_one_line():
        prepare_database(config, sample=sample)
    if not quiet:
        click.echo("The database is up to date.")


@click.command()
def serve() -> None:
    """Run the web server alone."""
    from rbc_events.samples.refusing import refuse_sample_accounts, warn_of_sample_accounts
    from rbc_events.serving import listen, web_command
    from rbc_events.trying import require_usable

    config = settings.configuration(tried=False)
    with settings.told_in_one_line():
        listener = listen(config)  # before anything is written
        require_usable(config)
        refuse_sample_accounts(config)
    warn_of_sample_accounts(config)
    command = web_command(config, listener.fileno())
    os.execv(command[0], command)  # noqa: S606


@click.command()
def worker() -> None:
    """Run the background worker alone: mails, timetables, reminders."""
    from rbc_events.samples.refusing import refuse_sample_accounts
    from rbc_events.serving import run_worker

    config = settings.configuration()
    with settings.told_in_one_line():
        refuse_sample_accounts(config)
    run_worker()


@click.command()
@click.option("--sample/--no-sample", default=None, help="Load the sample programme into an empty database.")
def run(sample: bool | None) -> None:
    """Run everything on this machine: database, web server and worker. Ctrl-C stops all of it."""
    from rbc_events.serving import run_everything

    config = settings.configuration(tried=False)
    with settings.told_in_one_line():
        sys.exit(run_everything(config, sample=not config.production if sample is None else sample))
