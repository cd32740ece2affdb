"""Asking the installation's virus scanner, if it has one, about a file before it is kept: RBC_SCAN_COMMAND.

The command gets the path of the file as its last argument. It ends with 0 where it found nothing and with 1 where it
found something; whatever else happens, the file has not been scanned and isn't kept.
"""

import logging
import shlex
import tempfile
from pathlib import Path

from flask_babel import lazy_gettext as _l

from rbc_events import confined
from rbc_events.application import settings
from rbc_events.errors import Unacceptable
from rbc_events.private_files import make_private_folder

log = logging.getLogger(__name__)
LONGEST = 60.0  # seconds
CLEAN, FOUND = 0, 1


class Infected(Unacceptable):
    message = _l("The virus scanner refuses this file. Nothing of it has been kept.")


class NotScanned(Unacceptable):
    message = _l(
        "This file could not be scanned for viruses, so nothing of it has been kept. Please try again later, or tell "
        "whoever runs this site."
    )


def scan(content: bytes) -> None:
    """Let the file pass, or refuse it. Without a scanner everything passes. Called outside any transaction.

    Raises:
        Infected, NotScanned
        confined.Busy
    """
    config = settings()
    if not config.scan_command:
        return
    folder = Path(config.instance) / "scanning"
    make_private_folder(folder)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(content)
        file.flush()
        status = confined.command([*shlex.split(config.scan_command), file.name], seconds=LONGEST)
    if status == FOUND:
        log.warning("the virus scanner refused a file of %d octets", len(content))
        raise Infected
    if status != CLEAN:
        log.error("the virus scanner ended with %s", status)
        raise NotScanned
