"""The addresses of `sheet_export`."""

from flask import Blueprint

from rbc_events.sheet_export import models as _models  # noqa: F401 - its tables

blueprint = Blueprint("sheet_export", __name__)
