"""Nothing typed is lost: a form that can't be taken comes back filled, with the reason.

Whatever a view doesn't handle itself ends here: the session is gone, the form's token has expired or is another tab's,
the rows are in another state by now, a limit is reached. The page of the form is made again, as its GET would, and the
form that has these fields takes what was typed (`editing.SentForm`). Where the page asks to sign in first, the entries
are kept until then (`accounts.routes.typed_forms`). What no form takes, or no page can be made for, is shown as text
(`templates/_typed.html`). Passwords and files are never kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, current_app, flash, g, request
from werkzeug.datastructures import MultiDict

KEY = "rbc_events.typed"  # in the environ of the request whose page shows it
MOST_CHARACTERS = 200_000  # a profile with every text as long as it may be has 25,000
OF_THE_FORM = frozenset({"csrf_token", "seen", "stamp", "version"})
# A form that says what it was made from is only taken once its rows are as it says: after a conflict it is made anew.
MADE_FROM = frozenset({"seen", "stamp", "version"})
SECRET = frozenset({"current", "again"})  # and whatever is called a password
BUTTONS = frozenset({"later", "action", "agree", "refuse", "decision"})


@dataclass
class Typed:
    """What was typed into a form at `page`, an address with its query. `reason`: why it wasn't taken."""

    page: str
    entries: list[tuple[str, str]]
    reason: str
    files: bool = False
    taken: bool = False

    @property
    def names(self) -> set[str]:
        return {name for name, _value in self.entries} - OF_THE_FORM

    def fits(self, fields: Iterable[str]) -> bool:
        """Whether a form with these fields is the one that was filled in."""
        return bool(self.names - BUTTONS) and self.names - BUTTONS <= set(fields)

    def formdata(self) -> MultiDict[str, str]:
        return MultiDict(self.entries)

    @property
    def words(self) -> list[str]:
        """The texts among the entries, for a page without the form: not its codes and numbers."""
        values = (value.strip() for name, value in self.entries if name not in OF_THE_FORM)
        return [value for value in values if len(value) > 20 or not value.isascii() or " " in value]


def sent() -> Typed | None:
    """What the present request sends, if it is a form in which something can have been typed."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return None
    entries = [(name, value) for name, value in request.form.items(multi=True) if not is_secret(name)]
    page = _page()
    told = sum(len(value) for _name, value in entries) <= MOST_CHARACTERS
    if page is None or not told or not {name for name, _value in entries} - OF_THE_FORM - BUTTONS:
        return None
    return Typed(page, entries, "", files=any(file.filename for file in request.files.values()))


def is_secret(name: str) -> bool:
    return "password" in name or name in SECRET


def _page() -> str | None:
    """The address of the page on which the form stood."""
    rule = request.url_rule
    if rule is not None and "GET" in (rule.methods or ()):
        return request.full_path.rstrip("?")
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if came_from.netloc != request.host or not came_from.path.startswith("/"):
        return None
    path = came_from.path.removeprefix(request.script_root)
    return f"/{path.lstrip('/')}" + (f"?{came_from.query}" if came_from.query else "")


def waiting() -> Typed | None:
    """What the page that is being made is to show."""
    found: Typed | None = request.environ.get(KEY)
    return found


def put_before_page(typed: Typed) -> None:
    """Have the page of the present request show it."""
    request.environ[KEY] = typed


def page_again(reason: str, status: int, *, conflict: bool) -> Response | None:
    """The page of the form that was sent, filled in and with the reason at its top; None where there is none.

    `conflict`: the rows have changed; what the form says that it was made from is not kept, so sending it again is on
    purpose. Called with nothing left to write.
    """
    typed = sent()
    if typed is None:
        return None
    typed.reason = reason
    if conflict:
        typed.entries = [(name, value) for name, value in typed.entries if name not in MADE_FROM]
    put_before_page(typed)  # for the error page, should there be no other
    answer = _get(typed)
    if answer.status_code == 200:
        answer.status_code = status
        return answer
    return answer if answer.status_code == 302 and g.get("typed_is_kept") else None


def _get(typed: Typed) -> Response:
    """The answer to a GET of the page, made within this request."""
    path, _mark, query = typed.page.partition("?")
    environ = {
        **{name: value for name, value in request.environ.items() if not name.startswith(("werkzeug.", "flask."))},
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "",
        "wsgi.input": BytesIO(),
        KEY: typed,
    }
    environ.pop("HTTP_REFERER", None)
    with current_app.request_context(environ):
        return current_app.full_dispatch_request()


def _tell_reason() -> None:
    typed = waiting()
    if typed is not None and typed.reason and request.method == "GET":
        flash(typed.reason, "error")


def init_typed(app: Flask) -> None:
    app.before_request(_tell_reason)
    app.add_template_global(waiting, "typed_before")


def kept_as_json(typed: Typed) -> dict[str, Any]:
    return {"entries": [list(pair) for pair in typed.entries], "files": typed.files}
