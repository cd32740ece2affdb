"""Pages as tests read them."""

import re


def one_line(page: str) -> str:
    """A page on one line, without the blanks beside its tags: these hang on how its template is wrapped."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(page.split()))
