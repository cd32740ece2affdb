from io import BytesIO
from typing import Any, NamedTuple

from flask import Response, abort, render_template, request, send_file
from flask_login import current_user

from rbc_events.accounts.access import require_staff
from rbc_events.i18n import fiscal_year_label, plain
from rbc_events.reports import queries
from rbc_events.reports.figure_list import figure_of, page_figures
from rbc_events.reports.figures import Figure
from rbc_events.reports.funnel import DIMENSIONS
from rbc_events.reports.report_runs import last_run
from rbc_events.reports.selecting import Selection, select_for
from rbc_events.reports.tables import FORMATS, write_table

# A picture that is opened by itself: its own style alone, no script, nothing from elsewhere.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


class Asked(NamedTuple):
    """What the address narrows the report down to."""

    year: int | None
    key: str
    by: str

    @property
    def address(self) -> dict[str, Any]:
        """The choice as parameters for the addresses of pictures and files."""
        return {"year": self.year, "event": self.key or None}


def asked() -> Asked:
    by = request.args.get("by", "year")
    return Asked(request.args.get("year", type=int), request.args.get("event", ""), by if by in DIMENSIONS else "year")


def index() -> str:
    """The figures of what the actor manages: `?year=` and `?event=` narrow them down, `?by=` divides the funnel."""
    require_staff()
    wish = asked()
    selection = select_for(current_user, year=wish.year, key=wish.key)
    years = sorted({event.programme.fiscal_year for event in selection.choice}, reverse=True)
    return render_template(
        "reports/index.html",
        events=[(event.key, plain(event.name)) for event in selection.choice],
        years=[(year, fiscal_year_label(year)) for year in years],
        asked=wish,
        divisions={by: title for by, (title, _lines) in DIMENSIONS.items()},
        registrations=queries.registrations(selection.event_ids),
        funnel=queries.funnel(selection.event_ids),
        figures=page_figures(wish.by, selection),
        formats=FORMATS,
        run=last_run(current_user),
    )


def chart(key: str) -> Response:
    """The picture of one figure, in the language of the page that shows it."""
    from rbc_events.reports.charts import draw  # loads pygal, for those alone who draw

    figure = _figure(key)
    if figure.chart is None:
        abort(404)
    picture = draw(figure.chart, title=figure.title, description=figure.note)
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


def data(key: str, extension: str) -> Response:
    """The table of one figure as a file."""
    figure = _figure(key)
    if extension not in FORMATS:
        abort(404)
    name = "-".join([figure.key, *(str(each) for each in asked()[:2] if each)])
    return send_file(
        BytesIO(write_table(figure, extension)),
        mimetype=FORMATS[extension],
        as_attachment=True,
        download_name=f"{name}.{extension}",
    )


def _figure(key: str) -> Figure:
    require_staff()
    figure = figure_of(key, _selection())
    if figure is None:
        abort(404)
    return figure


def _selection() -> Selection:
    wish = asked()
    return select_for(current_user, year=wish.year, key=wish.key)
