"""Content lines of RFC 5545, section 3.1: the one place where text is made harmless, escaped and folded.

icalendar encodes the values; lines are joined and folded here because its own folding walks through text character by
character, which for Japanese costs more than all the rest.
"""

import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit

from icalendar.prop import vText

LINE_OCTETS = 75
# Everything that some reader takes for the end of a line: CR, LF, VT, FF, FS, GS, RS, NEL, LS, PS.
_LINE_BREAK = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters but tab and LF (RFC 5545 forbids them), unpaired surrogates, and characters that Unicode reserves.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
# Characters that turn the direction of what follows, and those that nobody sees: they make one text look like another.
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]")
# What mail programs take an address by: dots inside a word, "scheme:", "//", "@". The full stops of Japanese are dots
# in a domain too; before anything but ASCII they end a sentence.
_MARK_OF_ADDRESS = re.compile(r"(?<=\w)\.(?=\w)|(?<=\w)[．。｡](?=[A-Za-z0-9])|(?<=[A-Za-z]):(?=\S)|/(?=/)|@(?=\S)")
WORD_JOINER = "\u2060"  # takes no room and is no part of any address
_URI_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


class UnsafeAddress(ValueError):
    """A mail address that can't be written into a header or a calendar without changing its meaning."""


def clean(text: str) -> str:
    """The text with LF as its only line break and without control characters."""
    return _FORBIDDEN.sub("", _LINE_BREAK.sub("\n", text))


def clean_line(text: str) -> str:
    """The text on one line: each run of white space and line breaks becomes one blank."""
    return " ".join(clean(text).split())


def unlinked(text: str, links: Collection[str] = ()) -> str:
    """Text that somebody typed, for a mail or a calendar: readable as it stands, and no program makes a link of it.

    A word joiner stands beside each character by which programs know an address. A whole word that is one of `links`
    stays as it is.
    """
    words = re.split(r"(\s+)", _DECEIVING.sub("", clean(text)))
    return "".join(word if word in links else _MARK_OF_ADDRESS.sub(_joined, word) for word in words)


def _joined(mark: re.Match[str]) -> str:
    return f"{WORD_JOINER}{mark[0]}{WORD_JOINER}"


def clean_address(address: str) -> str:
    """The mail address as it stands.

    Raises UnsafeAddress where it holds blanks, control characters or anything but one mailbox: stripping them would
    write to somebody else.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or len(address) > 320 or re.search(r'[\s<>(),;:\\"@\[\]]', local + domain):
        raise UnsafeAddress("not a plain mail address")
    if clean_line(address) != address:
        raise UnsafeAddress("control characters in a mail address")
    return address


def ascii_address(address: str) -> str:
    """The address as every mail server takes it: a domain of other letters in its ASCII form (IDNA).

    Raises UnsafeAddress where there is no such form: not every server speaks SMTPUTF8.
    """
    local, _, domain = clean_address(address).rpartition("@")
    if not local.isascii():
        raise UnsafeAddress("a mailbox name beyond ASCII")
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise UnsafeAddress("a domain that can't exist") from error
    return f"{local}@{plain}"


def clean_link(url: str) -> str:
    """The http(s) address with whatever a URI may not hold percent-encoded; an empty text for any other scheme."""
    url = clean_line(url)
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return quote(url, safe=_URI_SAFE) if scheme in ("http", "https") else ""


def text_line(name: str, text: str, parameters: str = "") -> bytes:
    """A property of type TEXT, folded; `parameters` begins with a semicolon."""
    return fold(f"{name}{parameters}:".encode() + vText(clean(text)).to_ical())


def parameter(name: str, value: str) -> str:
    """`;NAME="value"`, encoded as RFC 6868 asks."""
    encoded = clean_line(value).replace("^", "^^").replace('"', "^'")
    return f';{name}="{encoded}"'


def fold(line: bytes) -> bytes:
    """The line with its line end, in pieces of at most 75 octets, never cut inside a UTF-8 character."""
    if len(line) <= LINE_OCTETS:
        return line + b"\r\n"
    pieces = []
    width = LINE_OCTETS
    start = 0
    while len(line) - start > width:
        end = start + width
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[start:end])
        start = end
        width = LINE_OCTETS - 1  # the blank that marks a continuation counts
    pieces.append(line[start:])
    return b"\r\n ".join(pieces) + b"\r\n"
