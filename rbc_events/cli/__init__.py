"""The `rbc-events` command. Heavy imports happen inside the commands, so that `--help` answers at once."""

import click

from rbc_events.cli import building, contents, mail, operating, running
from rbc_events.scheduling.cli import schedule


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run and look after an RBC Events installation.

    Settings come from environment variables; the README lists them.
    """


for command in (
    running.init,
    running.serve,
    running.worker,
    running.run,
    contents.staff,
    contents.import_,
    contents.report,
    contents.samples,
    contents.taxonomy,
    contents.reindex,
    contents.retention,
    operating.doctor,
    operating.backup,
    operating.backup_key,
    operating.restore,
    operating.audit,
    operating.second_factor_off,
    mail.mail,
    schedule,
    building.translations,
    building.assets,
    building.build_font,
):
    main.add_command(command)
