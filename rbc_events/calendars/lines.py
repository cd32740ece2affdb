"""Calendars of strangers as lines (RFC 5545, 3.1), before any parser sees them: only what is needed reaches one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rbc_events.calendars.content import clean_line

_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"(?=;|$)|[^;]*)')
_PARAMETERS_CHARACTERS = 4_000
_CARET = {"^n": "\n", "^'": '"', "^^": "^"}


@dataclass(slots=True)
class Component:
    """A component with the unfolded lines of its own, and those within it."""

    name: str
    lines: list[str] = field(default_factory=list)
    inner: list["Component"] = field(default_factory=list)

    def named(self, *names: str) -> list[str]:
        """The lines of properties with these names."""
        return [line for line in self.lines if property_of(line) in names]

    def value(self, name: str) -> str:
        return next((value_of(line) for line in self.named(name)), "")

    def text(self) -> str:
        """The component as it stands, folded nowhere, without what lies within it."""
        return "\r\n".join([f"BEGIN:{self.name}", *self.lines, f"END:{self.name}", ""])

    def whole(self) -> str:
        inner = "".join(component.whole() for component in self.inner)
        return "\r\n".join([f"BEGIN:{self.name}", *self.lines, f"{inner}END:{self.name}", ""])


def unfolded(raw: bytes) -> bytes:
    """Folded octets joined, before they are decoded: programs fold inside a character too."""
    return re.sub(rb"\r?\n[ \t]|\r[ \t]", b"", raw)


def calendars_in(text: str) -> list[Component]:
    """The VCALENDARs of an unfolded text. What isn't closed ends with what is around it."""
    top = Component("")
    path = [top]
    for line in re.split(r"\r\n|\n|\r", text):
        name = property_of(line)
        if name == "BEGIN":
            path.append(Component(value_of(line).strip().upper()))
            path[-2].inner.append(path[-1])
        elif name == "END":
            closes = value_of(line).strip().upper()
            if closes in [component.name for component in path[1:]][-10:]:
                while path.pop().name != closes:
                    pass
        elif line:
            path[-1].lines.append(line)
    return [component for component in top.inner if component.name == "VCALENDAR"]


def walk(component: Component, name: str) -> Iterator[Component]:
    """Components of this name directly within."""
    return (inner for inner in component.inner if inner.name == name)


def property_of(line: str) -> str:
    return re.split("[;:]", line, maxsplit=1)[0].strip().upper()


def value_of(line: str) -> str:
    return _split(line)[1]


def _split(line: str) -> tuple[str, str]:
    """What stands before and after the colon that begins the value: quotes may hold colons, and may be unpaired."""
    mail = line.lower().rfind(":mailto:")
    if mail >= 0 and line.count('"', mail) == 0:
        return line[:mail], line[mail + 1 :]
    quoted = False
    for place, character in enumerate(line):
        quoted = quoted != (character == '"')
        if character == ":" and not quoted:
            return line[:place], line[place + 1 :]
    head, _colon, value = line.partition(":")
    return head, value


@dataclass(frozen=True, slots=True)
class Attendee:
    """An ATTENDEE line. Addresses are without `mailto:`, `answer` is PARTSTAT in small letters."""

    address: str
    name: str = ""
    answer: str = ""
    comment: str = ""
    delegated_to: tuple[str, ...] = ()


def attendee_of(line: str) -> Attendee:
    head, value = _split(line)
    found = _PARAMETER.findall(head[:_PARAMETERS_CHARACTERS])
    parameters = {name.upper(): _parameter(text) for name, text in reversed(found)}
    return Attendee(
        address=mail_address(value),
        name=clean_line(parameters.get("CN", ""))[:200],
        answer=parameters.get("PARTSTAT", "").strip().lower()[:40],
        comment=parameters.get("X-RESPONSE-COMMENT", ""),
        delegated_to=tuple(filter(None, map(mail_address, parameters.get("DELEGATED-TO", "").split(","))))[:5],
    )


def _parameter(text: str) -> str:
    """A parameter's value without quotes, its RFC 6868 escapes undone."""
    inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return re.sub(r"\^[n'^]", lambda escape: _CARET[escape[0]], inner)


def mail_address(value: str) -> str:
    return re.sub("^mailto:", "", clean_line(value).strip('"'), flags=re.IGNORECASE)[:320]
