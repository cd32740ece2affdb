"""The `rbc-events` command. Heavy imports happen inside the commands, so that `--help` answers at once."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from rbc_events.config import Config, ConfigurationError
from rbc_events.scheduling.cli import schedule


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run and look after an RBC Events installation.

    Settings come from environment variables; the README lists them.
    """


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """A fault of the settings, without its traceback."""
    try:
        yield
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None


def configuration(*, tried: bool = True) -> Config:
    """The settings; from here on the command's files are its user's alone.

    Before anything of ours is imported that opens what they name, they are tried; `run` leaves that to its parts.
    """
    from rbc_events.private_files import keep_files_private
    from rbc_events.trying import require_usable

    with told_in_one_line():
        config = Config.from_environment()
        keep_files_private(config)
        if tried:
            require_usable(config)
    return config


@main.command()
@click.option("--sample/--no-sample", default=False, help="Load the sample programme into an empty database.")
@click.option("--quiet", is_flag=True, help="Say nothing where all is well.")
def init(sample: bool, quiet: bool) -> None:
    """Create the database, or bring it up to this version."""
    from rbc_events.serving import prepare_database

    config = configuration()
    with told_in_one_line():
        prepare_database(config, sample=sample)
    if not quiet:
        click.echo("The database is up to date.")


@main.command()
def serve() -> None:
    """Run the web server alone."""
    from rbc_events.samples.refusing import refuse_sample_accounts, warn_of_sample_accounts
    from rbc_events.serving import listen, web_command
    from rbc_events.trying import require_usable

    config = configuration(tried=False)
    with told_in_one_line():
        listener = listen(config)  # before anything is written
        require_usable(config)
        refuse_sample_accounts(config)
    warn_of_sample_accounts(config)
    command = web_command(config, listener.fileno())
    os.execv(command[0], command)  # noqa: S606


@main.command()
def worker() -> None:
    """Run the background worker alone: mails, timetables, reminders."""
    from rbc_events.samples.refusing import refuse_sample_accounts
    from rbc_events.serving import run_worker

    config = configuration()
    with told_in_one_line():
        refuse_sample_accounts(config)
    run_worker()


@main.command()
@click.option("--sample/--no-sample", default=None, help="Load the sample programme into an empty database.")
def run(sample: bool | None) -> None:
    """Run everything on this machine: database, web server and worker. Ctrl-C stops all of it."""
    from rbc_events.serving import run_everything

    config = configuration(tried=False)
    with told_in_one_line():
        sys.exit(run_everything(config, sample=not config.production if sample is None else sample))


@main.command()
@click.argument("email")
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", help="The language of the mails to them.")
def staff(email: str, language: str) -> None:
    """Give headquarters' role to an address and print a link to set its password: the first account of an office.

    Headquarters appoint everybody else on the pages, under Programmes and events, Staff.
    """
    config = configuration()
    from rbc_events.accounts import mails, operations
    from rbc_events.accounts.models import LinkPurpose, Role
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import db
    from rbc_events.events.staff import appoint

    with create_app(config).app_context():
        user = appoint(email, Role.HEADQUARTERS, now=now(), language=language)
        token = operations.issue_link(user, LinkPurpose.SET_PASSWORD, now=now())
        db.session.commit()
        click.echo(f"{user.email} is headquarters. Password, within 24 hours:")
        click.echo(mails.absolute_url("accounts.set_password", token=token))


@main.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and write nothing.")
def import_(kind: str, file: Path, dry_run: bool) -> None:
    """Import a sheet (XLSX or CSV): all of it, or nothing and a list of its faults.

    KIND: sectors, regions, programmes, events, blocks, places, organisations, delegates, and others that
    docs/import.md lists with their columns.
    """
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.sheet_import.command import import_file

    sys.exit(import_file(create_app(config), kind, file, trial=dry_run, now=now()))


@main.command()
@click.argument("fiscal_year", type=click.IntRange(1950, 2200))
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
def report(fiscal_year: int, language: str, output: Path) -> None:
    """Print the report of a fiscal year (2021: April 2021 to March 2022) as PDF, with all that headquarters see."""
    config = configuration()
    from rbc_events.agendas.typesetting import FontsMissing
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import reading
    from rbc_events.i18n import in_language
    from rbc_events.reports.printing import prepare_report, print_report
    from rbc_events.reports.selecting import select_everything

    with create_app(config).app_context(), in_language(language), reading():
        selection = select_everything(fiscal_year)
        if not selection.events and not selection.programmes:
            raise click.ClickException(f"There is no programme of fiscal year {fiscal_year}.")
        try:
            printed = print_report(prepare_report(selection), now=now())
        except FontsMissing as error:
            raise click.ClickException(str(error)) from None
    output.write_bytes(printed)
    click.echo(f"{output}: {len(printed):,} bytes")


@main.group()
def samples() -> None:
    """The sample programme, where an installation has become a real one."""


@samples.command("close")
def samples_close() -> None:
    """Take password, roles and sessions from the sample accounts; the sample programme itself stays."""
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import db
    from rbc_events.samples.closing import close_sample_accounts

    with create_app(config).app_context():
        closed = close_sample_accounts(now=now())
        db.session.commit()
    click.echo(f"{closed} sample accounts closed")


@main.group()
def translations() -> None:
    """Collect and compile the Japanese texts."""


@translations.command("update")
def translations_update() -> None:
    """Bring every feature's .po file in line with the code and templates."""
    from rbc_events.translating import update

    update()


@translations.command("compile")
def translations_compile() -> None:
    """Compile the .po files into the catalogue that the web server reads."""
    from rbc_events.translating import compile_catalogue

    click.echo(f"{compile_catalogue()} texts")


@main.command()
def assets() -> None:
    """Copy the browser packages from node_modules/ into static/vendor/."""
    from rbc_events.assets import copy_vendor_files

    click.echo(f"{copy_vendor_files()} files")


main.add_command(schedule)


@main.group()
def mail() -> None:
    """Send what waits, and read what comes back."""


@mail.command("send")
def mail_send() -> None:
    """Send the mails that are due now, as the worker does every minute."""
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.outbox.tasks import deliver

    with create_app(config).app_context():
        tally = deliver()
    click.echo(f"{tally.sent} sent, {tally.postponed} to be tried again, {tally.failed} failed")
    if tally.unreachable:
        raise click.ClickException(tally.unreachable)


@mail.command("read-reply")
@click.argument("file", type=click.File("rb"), default="-")
def mail_read_reply(file: BinaryIO) -> None:
    """Read one mail (an .eml file, or standard input): an answer to an invitation, or a delivery report.

    What can't be used is refused in one line and changes nothing; the status is 0 then too, so that a mail server which
    pipes mails here doesn't answer strangers.
    """
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.calendars.reply import MAIL_OCTETS
    from rbc_events.clock import now
    from rbc_events.database import db
    from rbc_events.meetings.calendar_replies import TakesTooMuch, take_mail

    with create_app(config).app_context():
        try:
            click.echo(take_mail(file.read(MAIL_OCTETS + 1), now=now()))
        except TakesTooMuch:
            click.echo("refused: reading it took too much")
        db.session.commit()


@mail.command("fetch-replies")
def mail_fetch_replies() -> None:
    """Read what is new in the mailbox that RBC_INBOX_URL names, as the worker does every two minutes."""
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.meetings.tasks import fetch_answers

    with create_app(config).app_context():
        click.echo(f"{fetch_answers()} mails read")


@main.group()
def taxonomy() -> None:
    """The taxonomy that search and recommendations rest on."""


@taxonomy.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False), required=False)
def taxonomy_check(path: str | None) -> None:
    """Tell every fault of a taxonomy file: row, column and what is wrong."""
    from rbc_events.matching.taxonomy import BUNDLED, TaxonomyError, load

    path = path or configuration(tried=False).taxonomy or str(BUNDLED)
    try:
        found = load(path)
    except TaxonomyError as error:
        raise click.ClickException("\n".join([path, *map(str, error.faults)])) from None
    click.echo(f"{path}: {len(found.concepts)} concepts, no fault")


@main.command()
def reindex() -> None:
    """Write the search index and the statements' concepts anew, after a change of the taxonomy or by bare SQL."""
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.directory import indexing

    with create_app(config).app_context():
        number = indexing.reindex()
        click.echo(f"{number} organisations indexed")


@main.group()
def retention() -> None:
    """Forget what is kept no longer, as the worker does every night."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
def retention_run(dry_run: bool) -> None:
    """Go through the rules of docs/privacy.md, each with how much it concerns."""
    config = configuration()
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import reading
    from rbc_events.outbox.transport import folder_of
    from rbc_events.privacy.retention import RULES

    with create_app(config).app_context(), reading() if dry_run else nullcontext():
        for rule in RULES:
            click.echo(f"{rule.words}: {rule.due(now())}{' would be forgotten' if dry_run else ''}")
            if not dry_run:
                rule.run(now(), folder_of(config.mail_url))


@main.command("build-font")
def build_font() -> None:
    """Make the Japanese font of printed agendas (some 15 seconds; nothing where it is there)."""
    from rbc_events.agendas.fonts import build_fonts
    from rbc_events.config import STATIC

    click.echo(f"{build_fonts(STATIC / 'fonts')} fonts made")


if __name__ == "__main__":
    main()
