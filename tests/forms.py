"""Forms as browsers read and send them, so that a test sends what a person's browser would send."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.text = self.select = ""
        self.choice: str | None = None
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "fields": []})
            self.open = True
        elif (
            tag == "input"
            and self.open
            and name
            and (given.get("type", "text") not in {"checkbox", "radio", "submit", "file"} or "checked" in given)
        ):
            self.forms[-1]["fields"].append((name, given.get("value", "y")))
        elif tag == "textarea":
            self.text, self.choice = name, ""
        elif tag == "select":
            self.select = name
            self.first: str | None = None
            self.chosen: list[str] = []
        elif tag == "option" and self.select:
            self.first = given.get("value") if self.first is None else self.first
            if "selected" in given:
                self.chosen.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.text:
            self.choice = (self.choice or "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.text:
            # A browser leaves out the line break after the tag, and sends others as CR LF.
            value = (self.choice or "").removeprefix("\r").removeprefix("\n")
            self._add(self.text, value.replace("\r\n", "\n").replace("\n", "\r\n"))
            self.text = ""
        elif tag == "select" and self.select:
            for value in self.chosen or ([self.first] if self.first is not None else []):
                self._add(self.select, value)
            self.select = ""
        elif tag == "form":
            self.open = False

    def _add(self, name: str, value: str) -> None:
        if self.open:
            self.forms[-1]["fields"].append((name, value))


def form_with(page: str, field: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form that has this field."""
    reader = _Forms()
    reader.feed(page)
    fields = next(form["fields"] for form in reader.forms if any(name == field for name, _value in form["fields"]))
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return data


def in_memory(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A large form with files as a client sends it, without the temporary file that the test client leaves open."""
    sent = {name: FileStorage(*value) if isinstance(value, tuple) else value for name, value in fields.items()}
    boundary, content = encode_multipart(sent)
    return {"data": content, "content_type": f"multipart/form-data; boundary={boundary}"}
