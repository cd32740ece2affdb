"""Pages as tests read them."""

import re


def one_line(page: str) -> str:
    """A page on one line, without the blanks that hang on how its template is wrapped: those between two tags, after an
    opening tag, before a closing one and before a line's break."""
    text = " ".join(page.split()).replace("> <", "><")
    return re.sub(r" (</|<br)", r"\1", re.sub(r"(<[a-z][^>]*>) ", r"\1", text))
