"""What is logged names nobody and opens nothing, whichever library logs it: no mail address, no token of a link."""

import logging
import re
import traceback
from typing import Any

from flask import Flask

HIDDEN = "…"
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:/=]+@[^\s@<>\"'(),;:/=]+")
# Whatever looks like a token, wherever it stands: no word or name of ours is that long and has a digit in it.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{24,}")
_token_paths: set[str] = set()
_first_factory = logging.getLogRecordFactory()


def init_logs(app: Flask) -> None:
    """Hide addresses and tokens in all that this process logs from now on. After the routes: they say where tokens
    stand in an address."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    _token_paths.update(rule.partition("<")[0].strip("/") for rule in rules)
    logging.setLogRecordFactory(_discreet_record)


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
