"""What stands in the database: the first account, sheets, the report, samples, the search index, what is forgotten.

Heavy imports happen inside the commands."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from rbc_events.cli import settings


@click.command()
@click.argument("email")
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", help="The language of the mails to them.")
def staff(email: str, language: str) -> None:
    """Give headquarters' role to an address and print a link to set its password: the first account of an office.

    Headquarters appoint everybody else on the pages, under Programmes and events, Staff.
    """
    config = settings.configuration()
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


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and write nothing.")
def import_(kind: str, file: Path, dry_run: bool) -> None:
    """Import a sheet (XLSX or CSV): all of it, or nothing and a list of its faults.

    KIND: sectors, regions, programmes, events, blocks, places, organisations, delegates, and others that
    docs/import.md lists with their columns.
    """
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.sheet_import.command import import_file

    sys.exit(import_file(create_app(config), kind, file, trial=dry_run, now=now()))


@click.command()
@click.argument("fiscal_year", type=click.IntRange(1950, 2200))
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
def report(fiscal_year: int, language: str, output: Path) -> None:
    """Print the report of a fiscal year (2021: April 2021 to March 2022) as PDF, with all that headquarters see."""
    config = settings.configuration()
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


@click.group()
def samples() -> None:
    """The sample programme, where an installation has become a real one."""


@samples.command("close")
def samples_close() -> None:
    """Take password, roles and sessions from the sample accounts; the sample programme itself stays."""
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.clock import now
    from rbc_events.database import db
    from rbc_events.samples.closing import close_sample_accounts

    with create_app(config).app_context():
        closed = close_sample_accounts(now=now())
        db.session.commit()
    click.echo(f"{closed} sample accounts closed")


@click.group()
def taxonomy() -> None:
    """The taxonomy that search and recommendations rest on."""


@taxonomy.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False), required=False)
def taxonomy_check(path: str | None) -> None:
    """Tell every fault of a taxonomy file: row, column and what is wrong."""
    from rbc_events.matching.taxonomy import BUNDLED, TaxonomyError, load

    path = path or settings.configuration(tried=False).taxonomy or str(BUNDLED)
    try:
        found = load(path)
    except TaxonomyError as error:
        raise click.ClickException("\n".join([path, *map(str, error.faults)])) from None
    click.echo(f"{path}: {len(found.concepts)} concepts, no fault")


@click.command()
def reindex() -> None:
    """Write the search index and the statements' concepts anew, after a change of the taxonomy or by bare SQL."""
    config = settings.configuration()
    from rbc_events.app import create_app
    from rbc_events.directory import indexing

    with create_app(config).app_context():
        number = indexing.reindex()
        click.echo(f"{number} organisations indexed")


@click.group()
def retention() -> None:
    """Forget what is kept no longer, as the worker does every night."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
def retention_run(dry_run: bool) -> None:
    """Go through the rules of docs/privacy.md, each with how much it concerns."""
    config = settings.configuration()
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
