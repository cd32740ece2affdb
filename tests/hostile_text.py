"""Text that breaks programs, and what of it may stand on a page: for tests of forms."""

import json
import os
import re
import unicodedata
from pathlib import Path

STRINGS = (
    "", " ", "\u3000", "\t\n", "\r\n", "0", "-1", "1e309", "NaN", "Infinity", "99999999999999999999", "0x10", "१२",
    "None", "null", "undefined", "True", "[]", "{}", "\\", "\\u0000", "%s%n%d", "%00", "{{ 7 * 7 }}", "${7*7}",
    "{0.__class__}", "{{link}}", "{% raw %}", "'", '"', "' OR 1=1 --", "; DROP TABLE users", "*/ --", "\x00", "a\x00b",
    "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "\u202etxt.exe", "\u2066\u2069", "\ud800",
    "\U000e0001", "\ufdfa" * 50, "ﾊﾝｶｸ", "髙﨑栁①㈱", "葛\U000e0100", "が", "e\u0301", "İı", "ß", "あ" * 5000,
    "👩‍👩‍👧‍👦" * 40, "z" * 70_000, "Ｔ" * 255, "=1+1", "+1", "@SUM(A1)", "\t=1", "-2+3", "a,b;c\td", "Bcc: x@y.example",
    "x\r\nBcc: y@z.example", "%0d%0aX: y", "=?utf-8?q?x?=", "x@y", "x@", "@", "a@b.example,c@d.example", "x@xn--a",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "https://", "http://[::1",
    "https://x.example/\"onclick=", "../../etc/passwd", "C:\\nul", "2027-02-30", "0000-00-00", "9999-12-31T23:59",
    "2027-02-09T24:61", "25:00", "<canary>", "\"><canary>", "'><canary>", "</textarea><canary>", "</title><canary>",
    "<canary/onload=x>", "--><canary>", "]]><canary>", "&lt;canary&gt;", "<img src=x onerror=canary>", "<!--", "&#0;",
)  # fmt: skip
"""Our own; the canaries are tags that no page of ours has."""
LIVE = re.compile(r"<canary|<img src=x", re.IGNORECASE)


def strings() -> list[str]:
    """Our own, or those of the JSON list that HOSTILE_STRINGS names: of other projects, for instance."""
    path = os.environ.get("HOSTILE_STRINGS")
    if path is None:
        return list(STRINGS)
    return [*json.loads(Path(path).read_text(encoding="utf-8")), '"><canary>']


def sendable(text: str) -> str:
    """As a browser would send it: what is no character becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def same(one: str, other: str) -> bool:
    """As browsers send and show it, where each line break is one and blanks around it are nothing; but for width and
    case, which addresses, numbers and colours lose."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
