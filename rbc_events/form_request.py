"""Requests with forms that are too large: what came before the file that is, is read all the same.

So the page on which the form stands tells beside its field what was wrong, and keeps what was typed.
"""

import io
import secrets
from typing import Any, cast

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from rbc_events.form_messages import Messages

CUT = "cut"


class FormRequest(Request):
    """Of a form beyond `MAX_CONTENT_LENGTH` the beginning is read, if it ends within a file, which is marked."""

    wtforms_translations = Messages()  # where Flask-WTF looks for the catalogue first

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            limit = self.max_content_length or 0
            if self.mimetype != "multipart/form-data" or (self.content_length or 0) <= limit:
                raise
            self._load_beginning(limit)

    def _load_beginning(self, limit: int) -> None:
        """Raises RequestEntityTooLarge: the beginning doesn't end within a file."""
        boundary = self.mimetype_params.get("boundary", "").encode()
        end = secrets.token_bytes(16)  # is found again at the end of the part in which the beginning ends
        stream = io.BytesIO(b"%s%s\r\n--%s--\r\n" % (self.environ["wsgi.input"].read(limit), end, boundary))
        parser = self.make_form_data_parser()
        _rest, form, files = parser.parse(cast(Any, stream), self.mimetype, None, self.mimetype_params)
        cut = [sent for sent in files.values() if _ends_with(sent, end)]
        if not cut:
            for sent in files.values():
                sent.close()
            raise RequestEntityTooLarge
        for sent in cut:
            setattr(sent, CUT, True)
        self.__dict__.update(stream=io.BytesIO(), form=form, files=files)


def _ends_with(sent: FileStorage, end: bytes) -> bool:
    size = sent.seek(0, io.SEEK_END)
    sent.seek(max(0, size - len(end)))
    found = sent.read() == end
    sent.seek(0)
    return found


def is_cut(sent: FileStorage) -> bool:
    """Whether only the beginning of the file was read."""
    return getattr(sent, CUT, False)
