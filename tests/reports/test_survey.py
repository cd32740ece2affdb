"""Charts 2-17 to 2-19, from answers given on the questionnaire."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.i18n import in_language
from rbc_events.registration.models import Answer, OrganisationKind, Question, RegistrationState
from rbc_events.registration.questions import STANDARD, add_standard_questions
from rbc_events.reports.published import SHEET, shares
from rbc_events.reports.survey import SURVEYS, survey_figures
from tests import conftest
from tests.factories import make_event, make_organisation, make_registration


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def event(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An event with the questions, in either database."""
    if request.param == "sqlite":
        request.getfixturevalue("app")
        yield with_questions()
        return
    app = create_app(conftest.make_config(tmp_path, request.getfixturevalue("postgres_url")))
    for _running in conftest.running(app):
        yield with_questions()


def with_questions() -> Any:
    event = make_event()
    add_standard_questions(event)
    return event


def answer(registration: Any, **values: Any) -> None:
    for key, value in values.items():
        event_id = registration.event_id
        question = db.session.scalars(select(Question).filter_by(event_id=event_id, key=key)).one()
        registration.answers.append(Answer(question=question, value=value))
    db.session.flush()


def companies(event: Any, number: int, **values: Any) -> list[Any]:
    found = [make_registration(event) for _number in range(number)]
    for each in found:
        answer(each, **values)
    return found


def table(event: Any, number: str) -> dict[str, dict[str, Any]]:
    """{group: {answer: share}}, the groups without their number of answers."""
    with in_language("en"):
        figure = next(each for each in survey_figures([event.id]) if each.key == f"chart-{number}")
    found: dict[str, dict[str, Any]] = {}
    for group, name, share, _published in figure.rows:
        found.setdefault(str(group).partition(" (")[0], {})[str(name)] = share
    return found


@pytest.mark.slow
def test_shares_equal_an_independent_query(event: Any) -> None:
    companies(event, 6, industry="manufacturing", collaboration_status="implemented")
    companies(event, 3, industry="manufacturing", collaboration_status="considering")
    companies(event, 5, industry="retail", collaboration_status="neither")
    shares_of = db.session.execute(
        text(
            "SELECT CAST(i.value AS TEXT), 100.0 * sum(CASE WHEN CAST(s.value AS TEXT) = '\"implemented\"'"
            " THEN 1 ELSE 0 END) / count(*)"
            " FROM answers i JOIN questions qi ON qi.id = i.question_id AND qi.key = 'industry'"
            " JOIN answers s ON s.registration_id = i.registration_id"
            " JOIN questions qs ON qs.id = s.question_id AND qs.key = 'collaboration_status'"
            " GROUP BY CAST(i.value AS TEXT)"
        )
    ).all()
    found = table(event, "2-17")
    names = {'"manufacturing"': "Manufacturing", '"retail"': "Retail"}
    assert {names[key]: pytest.approx(float(share)) for key, share in shares_of} == {
        name: found[name]["We have implemented it"] for name in names.values()
    }
    assert found["All"]["The first three together"] == pytest.approx(100 * 9 / 14)


def test_a_company_may_name_several_partners(event: Any) -> None:
    companies(event, 4, parent_region="asia", collaboration_partners=["smes", "universities"])
    companies(event, 1, parent_region="asia", collaboration_partners=["universities"])
    found = table(event, "2-18")["Asia"]
    assert (found["Universities"], found["Distributors"]) == (100, 0)
    assert found["Small and medium-sized enterprises, excluding distributors"] == 80


@pytest.mark.slow
def test_a_group_of_fewer_than_five_is_hidden_and_so_is_what_would_give_it_away(event: Any) -> None:
    companies(event, 4, industry="retail", collaboration_status="past")
    companies(event, 6, industry="services", collaboration_status="past")
    companies(event, 9, industry="manufacturing", collaboration_status="past")
    found = table(event, "2-17")
    shown = {group: next(iter(rows.values())) is not None for group, rows in found.items()}
    assert shown == {"All": True, "Manufacturing": True, "Services and others": False, "Retail": False}


def test_of_fewer_than_five_companies_nothing_is_shown(event: Any) -> None:
    companies(event, 4, collaboration_challenges=["system"])
    assert set(table(event, "2-19")["All"].values()) == {None}


def test_only_foreign_companies_that_sent_their_registration_in_count(event: Any) -> None:
    companies(event, 5, collaboration_challenges=["system"])
    local = make_registration(event, make_organisation(kind=OrganisationKind.LOCAL_COMPANY, country="JP"))
    draft = make_registration(event, state=RegistrationState.DRAFT)
    for each in (local, draft):
        answer(each, collaboration_challenges=["information"])
    assert table(event, "2-19")["All"]["Gathering information about potential partners"] == 0


def test_a_company_at_two_events_counts_once_with_its_last_answer(event: Any) -> None:
    later = make_event()
    add_standard_questions(later)
    for first in companies(event, 5, collaboration_challenges=["information"]):
        second = make_registration(later, first.organisation)
        answer(second, collaboration_challenges=["system"])
    with in_language("en"):
        figure = survey_figures([event.id, later.id])[-1]
    assert [row[2] for row in figure.rows] == [0, 100, 0]
    assert "Answers: 5." in figure.note


def test_the_published_shares_are_those_of_the_report_each_with_its_source() -> None:
    with SHEET.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(shares()) == 9
    assert all(row["source"] == f"JETRO, Invest Japan Report 2022, chart {row['chart']}" for row in rows)
    options = {question["key"]: {each["key"] for each in question.get("options", ())} for question in STANDARD}
    for survey in SURVEYS:
        groups = {"all", *options.get(survey.by, set())}
        answers = options[survey.question] | set(survey.sums or ())
        mine = [row for row in rows if row["chart"] == survey.number]
        assert mine
        assert all(row["group"] in groups and row["answer"] in answers for row in mine)


def test_what_is_not_published_is_blank(event: Any) -> None:
    with in_language("en"):
        published = {
            (str(row[0]).partition(" (")[0], row[1]): row[3] for row in survey_figures([event.id])[0].rows if row[3]
        }
    assert published == {
        ("All", "The first three together"): 41.2,
        ("Manufacturing", "We have implemented it"): 29.4,
        ("Services and others", "We have implemented it"): 25.9,
        ("Retail", "We are considering it"): 18.0,
    }
