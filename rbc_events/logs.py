"""What is logged names nobody and opens nothing, whichever library logs it: no mail address, no token of a link.

A running web server or worker writes to its standard error, from RBC_LOG_LEVEL on: faults, and at `info` each request
and each entry of the audit log.
"""

import logging
import re
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

access = logging.getLogger("rbc_events.access")

HIDDEN = "…"
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:/=]+@[^\s@<>\"'(),;:/=]+")
# Whatever looks like a token, wherever it stands: no word or name of ours is that long and has a digit in it.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{24,}")
_token_paths: set[str] = set()
_first_factory = logging.getLogRecordFactory()


def write_log(level: str) -> None:
    """Have this process write its log, each line with the time (UTC), how bad it is and who says so."""
    form = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    if level != "debug":
        logging.getLogger("huey").setLevel(logging.WARNING)  # it tells of each task that begins and ends


def _note_begin() -> None:
    g.began = time.perf_counter()


def _tell_of_request(response: Response) -> Response:
    """A line for each request: no address of the visitor's, nothing of what follows "?"."""
    if access.isEnabledFor(logging.INFO):
        milliseconds = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
        who = getattr(g.get("_login_user"), "id", "-")
        access.info(
            "%s %s %d %.0f ms account=%s", *(request.method, request.path, response.status_code, milliseconds, who)
        )
    return response


def init_logs(app: Flask) -> None:
    """Hide addresses and tokens in all that this process logs from now on. After the routes: they say where tokens
    stand in an address."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    _token_paths.update(rule.partition("<")[0].strip("/") for rule in rules)
    logging.setLogRecordFactory(_discreet_record)
    app.before_request_funcs.setdefault(None, []).insert(0, _note_begin)
    app.after_request_funcs.setdefault(None, []).insert(0, _tell_of_request)  # called last of all


def hide_secrets(text: str) -> str:
    places = "|".join(sorted(_token_paths))
    if places:
        text = re.sub(rf"((?:/|%2F)(?:{places})(?:/|%2F))[^\s/?#&\"']+", rf"\1{HIDDEN}", text)
    return _TOKEN.sub(HIDDEN, _ADDRESS.sub(HIDDEN, text))


def _discreet_record(*arguments: Any, **named: Any) -> logging.LogRecord:
    """A record whose text and traceback are made already, so that every handler gets them without secrets."""
    record = _first_factory(*arguments, **named)
    record.msg, record.args = hide_secrets(record.getMessage()), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = hide_secrets("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
    return record
