"""What a block of structured data may and must say, by types of schema.org.

PROPERTIES: those that schema.org defines for each type or one above it, of them the ones in use here
(https://schema.org/BusinessEvent, /Organization, /Place, /PostalAddress, /VirtualLocation, /Article, /CreativeWork;
read on 2026-11-30). schema.org itself requires nothing; REQUIRED is what Google's search asks of a block before it
shows it (https://developers.google.com/search/docs/appearance/structured-data/event and /article), for the types that
these name, and for the others a name or an address without which they say nothing.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

THING = {"name", "description", "url", "image", "mainEntityOfPage", "sameAs", "alternateName"}
WORK = THING | {
    "about", "author", "citation", "dateModified", "datePublished", "headline", "inLanguage", "publisher", "text",
}  # fmt: skip
PROPERTIES = {
    "BusinessEvent": THING
    | {"about", "endDate", "eventAttendanceMode", "eventStatus", "inLanguage", "location", "organizer", "startDate"},
    "Organization": THING | {"address", "email", "logo", "telephone"},
    "Place": THING | {"address", "geo", "telephone"},
    "PostalAddress": THING | {"addressCountry", "addressLocality", "addressRegion", "postalCode", "streetAddress"},
    "VirtualLocation": THING,
    "Article": WORK | {"articleBody", "articleSection"},
    "CreativeWork": WORK,
}
REQUIRED = {
    "BusinessEvent": {"name", "startDate", "location"},
    "Organization": {"name"},
    "Place": {"name", "address"},
    "PostalAddress": set(),
    "VirtualLocation": {"url"},
    "Article": {"headline", "datePublished"},
    "CreativeWork": {"name"},
}
KINDS = {
    "location": {"Place", "VirtualLocation"},
    "organizer": {"Organization"},
    "publisher": {"Organization"},
    "about": {"Organization"},
    "address": {"PostalAddress"},
    "citation": {"CreativeWork"},
}
DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z))?")


def faults(block: dict[str, Any]) -> list[str]:
    """What is wrong with a whole block, as it stands on a page."""
    first = [] if block.get("@context") == "https://schema.org" else ["no context"]
    return first + list(_faults({name: value for name, value in block.items() if name != "@context"}, "block"))


def _faults(thing: dict[str, Any], where: str) -> Iterator[str]:
    kind = str(thing.get("@type"))
    if kind not in PROPERTIES:
        yield f"{where}: no type {kind}"
        return
    said = {name for name in thing if not name.startswith("@")}
    yield from (f"{where}: {kind} has no {name}" for name in sorted(said - PROPERTIES[kind]))
    yield from (f"{where}: {kind} needs {name}" for name in sorted(REQUIRED[kind] - said))
    for name in sorted(said):
        for value in thing[name] if isinstance(thing[name], list) else [thing[name]]:
            yield from _faults_of_value(name, value, f"{where}.{name}")


def _faults_of_value(name: str, value: Any, where: str) -> Iterator[str]:
    if not value:
        yield f"{where}: empty"
    elif isinstance(value, dict):
        if value.get("@type") not in KINDS.get(name, ()):
            yield f"{where}: {value.get('@type')} doesn't belong here"
        yield from _faults(value, where)
    elif name in KINDS:
        yield f"{where}: text instead of a thing"
    elif "Date" in name or name.startswith("date"):
        if not DATE.fullmatch(str(value)):
            yield f"{where}: {value} is no date"
    elif name in ("url", "image", "logo", "mainEntityOfPage") and not urlsplit(str(value)).netloc:
        yield f"{where}: {value} is no whole address"
