"""Reading the files that visitors send: every upload goes through `content_of`, which knows how large a file may be and
asks the virus scanner."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from rbc_events import virus_scan
from rbc_events.errors import Unacceptable
from rbc_events.form_request import is_cut


class TogetherTooLarge(Unacceptable):
    message = _l("What you sent together is larger than this page takes. Please send the files one by one.")


def content_of(sent: FileStorage | None, most_bytes: int, too_large: type[Unacceptable]) -> bytes:
    """What a file holds; empty where none was sent. Called outside any transaction: the scanner may take a minute.

    Raises:
        too_large: it has more octets than `most_bytes`.
        TogetherTooLarge: it came with others, and only its beginning was read.
        virus_scan.Infected, virus_scan.NotScanned
        confined.Busy
    """
    content = sent.read(most_bytes + 1) if sent else b""
    if len(content) > most_bytes:
        raise too_large
    if sent and is_cut(sent):
        raise TogetherTooLarge
    if content:
        virus_scan.scan(content)
    return content
