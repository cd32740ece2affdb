"""The web application with a header that says how many queries a page took, for benchmarks/pages.py."""

from flask import Response, g
from sqlalchemy import Engine, event

from rbc_events.wsgi import app


@event.listens_for(Engine, "before_cursor_execute")
def _count(connection, cursor, statement, parameters, context, executemany):  # type: ignore[no-untyped-def]
    g.queries = g.get("queries", 0) + 1


@app.after_request
def _tell(response: Response) -> Response:
    response.headers["X-Queries"] = str(g.get("queries", 0))
    return response
