"""The page with its pictures and files, and the report as PDF."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from sqlalchemy import select

from rbc_events import cli
from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role
from rbc_events.agendas.fonts import build_fonts
from rbc_events.cli import settings
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.durable import HEARD_OF, KEPT_FOR, Step, cancel_run
from rbc_events.events.models import Site
from rbc_events.i18n import in_language
from rbc_events.jobs import huey
from rbc_events.outcomes.models import OutcomeType, Visibility
from rbc_events.registration.questions import add_standard_questions
from rbc_events.reports import printing, report_runs
from rbc_events.reports.models import ReportRun
from rbc_events.reports.report_runs import REPORTS, ask_for_report, last_run
from rbc_events.reports.selecting import select_everything, select_for
from rbc_events.sheets import read_sheet
from tests.agendas.test_agenda import poppler
from tests.events.test_site import picture
from tests.factories import NOW, add, make_event, make_outcome, make_programme, make_registration, make_user
from tests.reports.test_survey import companies


@pytest.fixture
def event(app: Any) -> Any:
    event = make_event("own", name_en="=Own event", programme=make_programme(fiscal_year=2021))
    add_standard_questions(event)
    companies(event, 5, collaboration_challenges=["system"])
    make_outcome(event)
    return event


@pytest.fixture
def headquarters(event: Any) -> Any:
    return make_user(Role.HEADQUARTERS)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_picture_and_file_of_the_page_is_there(headquarters: Any, sign_in: Any, language: str) -> None:
    client = sign_in(headquarters, language)
    page = client.get("/reports?year=2021&by=event").text
    addresses = [part.partition('"')[0].replace("&amp;", "&") for part in page.split('"/reports/')[1:]]
    found = {address: client.get(f"/reports/{address}") for address in addresses if "print" not in address}
    assert {response.status_code for response in found.values()} == {200}
    kinds = [response.mimetype for response in found.values()]
    assert kinds.count("image/svg+xml") >= 4
    assert kinds.count("text/csv") == len([kind for kind in kinds if "sheet" in kind]) >= 9


def test_a_picture_has_a_policy_of_its_own_and_its_page_the_strict_one(headquarters: Any, sign_in: Any) -> None:
    client = sign_in(headquarters)
    picture = client.get("/reports/charts/chart-2-19.svg").headers["Content-Security-Policy"]
    assert "default-src 'none'" in picture
    assert "sandbox" in picture
    page = client.get("/reports")
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert ' style="' not in page.text


def test_files_hold_the_tables_and_no_live_formula(headquarters: Any, sign_in: Any) -> None:
    client = sign_in(headquarters, "en")
    content = client.get("/reports/data/funnel-event.csv").data
    assert content.startswith(b"\xef\xbb\xbf")
    [_head, row] = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert row[:2] == ["'=Own event", "5"]
    sheet = read_sheet(client.get("/reports/data/chart-2-19.xlsx").data)
    shares = [row.cells["Share (%)"] for row in sheet.rows]
    assert shares == ["0", "100", "0"]


@pytest.mark.parametrize(
    "address", ["charts/x.svg", "charts/outcomes-lag.svg", "data/x.csv", "data/funnel-year.pdf", "data/funnel-year.x"]
)
def test_what_does_not_exist_is_not_found(headquarters: Any, sign_in: Any, address: str) -> None:
    assert sign_in(headquarters).get(f"/reports/{address}").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("query", ["year=x", "year=99999999999", "event=none", "by=x", "year=2021&event=own&by=region"])
def test_odd_addresses_give_a_page(headquarters: Any, sign_in: Any, query: str) -> None:
    assert sign_in(headquarters).get(f"/reports?{query}").status_code == 200


@pytest.fixture(scope="module")
def fonts() -> None:
    build_fonts(STATIC / "fonts")


def work(run_id: int) -> None:
    report_runs.work(run_id, clock=lambda: NOW)
    db.session.expire_all()


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize(("language", "words"), [("ja", "2021年度報告書"), ("en", "Report of FY2021")])
def test_a_report_is_printed_in_the_background(headquarters: Any, sign_in: Any, language: str, words: str) -> None:
    client = sign_in(headquarters, language)
    assert client.get("/reports/report.pdf").status_code == 404
    assert client.post("/reports/print", data={"year": "2021"}).status_code == 302
    [run] = db.session.scalars(select(ReportRun))
    assert (run.id,) in [task.args for task in huey.pending() if task.name == "print_report"]
    assert 'hx-get="/reports/print"' in client.get("/reports").text
    assert "HX-Refresh" not in client.get("/reports/print").headers
    work(run.id)
    assert run.state == Step.DONE
    assert run.done == run.total > 10
    assert client.get("/reports/print").headers["HX-Refresh"] == "true"
    printed = client.get("/reports/report.pdf")
    assert printed.headers["Content-Disposition"] == f"attachment; filename=report-2021-{language}.pdf"
    assert words in poppler("pdftotext", printed.data, "-layout")
    assert "Tagged:          yes" in poppler("pdfinfo", printed.data)


def test_nobody_sees_anothers_report(headquarters: Any, sign_in: Any, event: Any) -> None:
    run = ask_for_report(headquarters, language="en", fiscal_year=None, event=None, now=NOW)
    run.state, run.content = Step.DONE, b"%PDF"
    coordinator = make_user()
    accounts.grant(coordinator, Role.COORDINATOR, event_id=event.id)
    client = sign_in(coordinator)
    assert client.get("/reports/report.pdf").status_code == 404
    assert client.post("/reports/print/stop").status_code == 404


def test_an_event_of_others_is_not_printed(event: Any, sign_in: Any) -> None:
    coordinator = make_user()
    accounts.grant(coordinator, Role.COORDINATOR, event_id=make_event().id)
    assert sign_in(coordinator).post("/reports/print", data={"event": "own"}).status_code == 404


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_what_may_no_longer_be_viewed_is_not_in_the_report(event: Any) -> None:
    coordinator = make_user()
    grant = accounts.grant(coordinator, Role.COORDINATOR, event_id=event.id)
    run = ask_for_report(coordinator, language="en", fiscal_year=2021, event=None, now=NOW)
    db.session.commit()
    coordinator.grants.clear()
    db.session.commit()
    work(run.id)
    assert "Events: 0" in poppler("pdftotext", run.content, "-layout"), grant


def test_asking_twice_is_one_run_and_asking_for_another_replaces_it(headquarters: Any) -> None:
    wish = {"language": "en", "event": None, "now": NOW}
    first = ask_for_report(headquarters, fiscal_year=2021, **wish)
    assert ask_for_report(headquarters, fiscal_year=2021, **wish) is first
    other = ask_for_report(headquarters, fiscal_year=2022, **wish)
    assert db.session.scalars(select(ReportRun)).all() == [other]


def test_a_stopped_run_draws_no_further(headquarters: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask_for_report(headquarters, language="en", fiscal_year=None, event=None, now=NOW)
    db.session.commit()
    drawn: list[Any] = []

    def draw_and_be_stopped(figure: Any) -> dict[str, Any]:
        drawn.append(figure)
        cancel_run(db.session.get_one(ReportRun, run.id), now=NOW)
        db.session.commit()
        return {}

    monkeypatch.setattr(printing, "_figure", draw_and_be_stopped)
    work(run.id)
    assert (run.state, run.content, len(drawn)) == (Step.CANCELLED, None, 1)


def test_a_report_that_fails_says_so(headquarters: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask_for_report(headquarters, language="en", fiscal_year=None, event=None, now=NOW)
    db.session.commit()
    monkeypatch.setattr(printing, "_figure", lambda _figure: 1 / 0)
    work(run.id)
    assert run.state == Step.FAILED


def test_a_run_whose_worker_died_is_done_again_and_an_old_one_forgotten(headquarters: Any) -> None:
    run = ask_for_report(headquarters, language="en", fiscal_year=None, event=None, now=NOW)
    run.state, run.started_at, run.heartbeat_at = Step.RUNNING, NOW, NOW
    db.session.commit()
    assert REPORTS.to_revive(now=NOW) == []
    assert REPORTS.to_revive(now=NOW + HEARD_OF) == [run.id]
    assert REPORTS.to_revive(now=NOW + REPORTS.given_up_after) == []
    db.session.expire_all()
    assert run.state == Step.FAILED
    REPORTS.forget_old(now=NOW + REPORTS.given_up_after + KEPT_FOR)
    assert last_run(headquarters) is None


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_the_command_prints_the_report_of_a_year(
    app: Any, event: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db.session.commit()
    monkeypatch.setattr(settings, "configuration", lambda: app.config["RBC"])
    output = tmp_path / "report.pdf"
    done = CliRunner().invoke(cli.main, ["report", "2021", "--language", "en", "-o", str(output)])
    assert done.exit_code == 0, done.output
    assert "Report of FY2021" in poppler("pdftotext", output.read_bytes(), "-layout")
    refused = CliRunner().invoke(cli.main, ["report", "1999", "-o", str(tmp_path / "none.pdf")])
    assert refused.exit_code != 0
    assert "no programme of fiscal year 1999" in refused.output


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_a_hostile_name_is_shown_as_text(app: Any) -> None:
    event = make_event(name_en='#read("/etc/passwd") <script>*bold* 😀', programme=make_programme(fiscal_year=2021))
    make_registration(event)
    with in_language("en"):
        content = printing.print_report(printing.prepare_report(select_everything(2021)), now=NOW)
    assert '#read("/etc/passwd") <script>*bold*' in poppler("pdftotext", content, "-layout")


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_the_report_has_the_logo_of_its_event_or_of_the_installation(app: Any) -> None:
    event, other = make_event("small"), make_event("other")
    logo = picture().getvalue()
    add(Site(event_id=event.id, logo=logo, logo_hash="of the event"))
    person = make_user(Role.HEADQUARTERS)

    def pictures(key: str) -> int:
        with in_language("en"):
            content = printing.print_report(printing.prepare_report(select_for(person, key=key)), now=NOW)
        return len(PdfReader(io.BytesIO(content)).pages[0].images)

    assert [pictures(event.key), pictures(other.key)] == [1, 0]
    add(Site(installation=True, logo=logo, logo_hash="of the installation"))
    assert pictures(other.key) == 1


def test_an_outcome_for_named_people_alone_is_not_counted_for_others(app: Any, sign_in: Any, event: Any) -> None:
    coordinator, named = make_user(), make_user()
    for person in (coordinator, named):
        accounts.grant(person, Role.COORDINATOR, event_id=event.id)
    kinds = {"type": OutcomeType.ACQUISITION, "visibility": Visibility.NAMED, "readers": [named]}
    make_outcome(event, parties=("Sample C", "Sample D"), **kinds)
    address = "/reports/data/outcomes-type.csv?event=own"
    rows = {person: sign_in(person).get(address).text for person in (coordinator, named)}
    assert "Merger or acquisition" not in rows[coordinator]
    assert "Joint research agreement" in rows[coordinator]
    assert "Merger or acquisition" in rows[named]
    assert "Merger or acquisition" in sign_in(make_user(Role.HEADQUARTERS)).get(address).text
    page = sign_in(coordinator).get("/reports?event=own").text
    assert "Merger or acquisition" not in page
