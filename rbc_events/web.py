"""What every request shares: security headers, error pages, static files by content hash, read-only transactions."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, flash, has_request_context, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, SecurityError
from werkzeug.routing import IntegerConverter

from rbc_events import config, confined, errors
from rbc_events.application import absolute_url, settings
from rbc_events.database import follows, give_up, reading_only
from rbc_events.form_fields import limited_to
from rbc_events.limits import TooMany, init_limits
from rbc_events.paging import Part, part_of_list
from rbc_events.typed import init_typed, page_again

# What a row of a blueprint's table takes: a form is shown and sent at one address.
FORM = ("GET", "POST")
POST = ("POST",)

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
A_YEAR = 31_536_000  # in seconds
STATUSES: dict[type[Exception], int] = {
    errors.Forbidden: 403,
    errors.Conflict: 409,
    StaleDataError: 409,
    errors.Closed: 410,
    errors.Unacceptable: 422,
    TooMany: 429,
    confined.Busy: 503,
    errors.DomainError: 422,
    DataError: 422,  # the database can't keep it: U+0000, a number out of range
    OverflowError: 422,  # the same from SQLite
}


@cache
def _content_hash(filename: str, _modified: float) -> str:
    return hashlib.sha256((config.STATIC / filename).read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """The address of a static file, with a hash of its content, so that browsers may keep it for ever."""
    path = config.STATIC / filename
    version = _content_hash(filename, path.stat().st_mtime) if path.exists() else "missing"
    return url_for("static", filename=filename, v=version)


LAST_PAGE = 10_000  # a database can't count much further than an address bar


def page_number() -> int:
    """The page of a long list that the address asks for."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def part_of(rows: Sequence[Any], size: int) -> Part:
    """What the address asks for of a list that was read whole, `size` rows a page."""
    return part_of_list(rows, page_number(), size)


def error_page(status: int, title: str, text: str, way_on: Any = None) -> tuple[str, int]:
    page = render_template("errors/error.html", status=status, title=title, text=text, way_on=way_on, back=_back())
    return page, status


def _back() -> str:
    """The page of ours whose form or button was refused, to look at it again; empty where there is none."""
    if isinstance(request.routing_exception, MethodNotAllowed):
        return _page_above()
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    ours = request.method == "POST" and came_from.netloc == request.host and came_from.path.startswith("/")
    return urlunsplit(("", "", f"/{came_from.path.lstrip('/')}", came_from.query, "")) if ours else ""


def _page_above() -> str:
    """The page that a form's address hangs on, for whoever opens the address itself, as by going back; else empty."""
    known, path = current_app.create_url_adapter(request), request.path
    while known and (path := path.rpartition("/")[0]):
        if known.test(path, "GET"):
            return path
    return ""


def page_address() -> str:
    """Where what is shown can be looked at once more: at its own address; the answer to a button, at that of the page
    on which the button stood."""
    rule = request.url_rule
    if request.method in {"GET", "HEAD"} or (rule is not None and "GET" in (rule.methods or ())):
        return request.full_path
    return _back() or url_for("home.index")


def canonical_address() -> str:
    """The one address of a page, whatever the request added to it, on the configured host."""
    return f"{settings().base_url}{url_for(request.endpoint or 'home.index', **(request.view_args or {}))}"


def refuse(error: errors.DomainError) -> int:
    """Tell at the top of the page, which is shown again, why what was sent is refused; what follows only reads. Returns
    the status."""
    give_up()
    flash(str(error), "error")
    return status_of(error)


def status_of(error: Exception) -> int:
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def _domain_error(error: Exception) -> Any:
    give_up()
    status = status_of(error)
    kind = errors.Unacceptable if isinstance(error, DataError | OverflowError) else errors.Conflict
    message = error.message if isinstance(error, errors.DomainError) else kind.message
    conflict = isinstance(error, errors.Conflict | StaleDataError)
    if (again := page_again(str(message), status, conflict=conflict)) is not None:
        again.headers.extend(getattr(error, "headers", {}))
        return again
    # Only of what somebody else has changed it is true that it was changed: what else stands in the way has its reason.
    others = status == 409 and type(error) not in (errors.Conflict, StaleDataError)
    title = getattr(error, "title", None) or (_("This can't be done now") if others else _titles()[status])
    page, status = error_page(status, str(title), str(message), getattr(error, "way_on", None))
    return page, status, getattr(error, "headers", {})


def _titles() -> dict[int, str]:
    return {
        400: _("The request could not be read"),
        401: _("Please sign in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Not possible here"),
        409: _("Changed in the meantime"),
        410: _("No longer open"),
        413: _("Too large"),
        422: _("Please check"),
        429: _("Too many attempts"),
        500: _("Something went wrong"),
    }


def _http_error(error: HTTPException) -> Any:
    give_up()
    if isinstance(error, SecurityError):  # a host's name that isn't ours: no page, for no address can be made for it
        return Response(_("There is no site of this name here."), 400, mimetype="text/plain")
    status = error.code or 500
    if status < 400:
        return error
    texts = {
        404: _("There is nothing at this address, or it is not open to you."),
        413: _("What you sent is larger than this page takes. A file may have 15 MB, a sheet 10 MB."),
        500: _("The fault has been recorded. Nothing was saved."),
    }
    return error_page(status, _titles().get(status, str(status)), texts.get(status, ""))


def _csrf_error(error: CSRFError) -> Any:
    give_up()
    reason = _(
        "This form had expired, or you had signed in anew meanwhile. Nothing is saved yet: please send it again."
    )
    if (again := page_again(reason, 400, conflict=False)) is not None:
        return again
    text = _("The form had expired. Please go back, load the page again and send it once more.")
    return error_page(400, _titles()[400], text)


def _begin() -> None:
    reading_only.set(request.method in {"GET", "HEAD", "OPTIONS"})
    if request.mimetype == "application/x-www-form-urlencoded":
        # Werkzeug's limit of a form's size is for multipart alone: 16 MB of fields would take seconds and gigabytes.
        request.max_content_length = request.max_form_memory_size


def _refuse_other_sites() -> Any:
    """Refuse a form that another site has a visitor's browser send, before anything keeps what it says or puts a new
    session in place of the visitor's own, which browsers leave out then."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return Response(_("This was sent from a page of another site."), 403, mimetype="text/plain")
    return None


def _insist_on_https() -> Any:
    """Send on whoever came to a proxy without TLS, where people's address has it."""
    config = current_app.config["RBC"]
    if request.scheme == "http" and config.https and config.trusted_proxies and "X-Forwarded-Proto" in request.headers:
        return redirect(urlunsplit((*urlsplit(config.base_url)[:2], *urlsplit(request.url)[2:])), 308)
    return None


def _require_readable_referrer() -> None:
    """Flask-WTF, which compares it with our address where that has TLS, can't be given one that is no address."""
    try:
        _port = urlsplit(request.referrer or "").port if request.is_secure else None
    except ValueError:
        raise BadRequest from None


@follows("after_commit")
def _committed(_session: Any) -> None:
    if has_request_context():
        reading_only.set(True)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["RBC"].https:
        headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    # A file that Flask sends says "no-cache", which lets a browser or proxy keep it: only what a route chose stands.
    if request.endpoint != "static" and not (response.cache_control.private or response.cache_control.public):
        headers["Cache-Control"] = "private, no-store"
        headers["Vary"] = "Cookie, Accept-Language"
    return response


class _Number(IntegerConverter):
    """A row's number in an address; one that no row can have isn't found."""

    regex = r"\d{1,9}"


def init_web(app: Flask) -> None:
    app.url_map.converters["int"] = _Number
    # Before Flask-WTF reads what was sent.
    for step in (_begin, _refuse_other_sites, _insist_on_https, _require_readable_referrer):
        app.before_request(step)
    init_typed(app)
    csrf.init_app(app)
    init_limits(app)
    app.after_request(_secure)
    app.add_template_global(asset)
    app.add_template_global(page_address)
    app.add_template_global(canonical_address)
    app.add_template_global(limited_to)
    app.add_template_global(absolute_url)
    for kind in STATUSES:
        app.register_error_handler(kind, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
