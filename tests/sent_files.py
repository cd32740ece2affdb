"""Files as people send them: whole, so that what reads them finds what it looks for."""

import io
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def make_png(width: int = 20, height: int = 10, **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "PNG", **options)
    return written.getvalue()


def make_pdf(script: str = "") -> bytes:
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    writer.write(written)
    return written.getvalue()
