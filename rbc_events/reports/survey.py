"""Charts 2-17 to 2-19 of the Invest Japan Report 2022, from the answers to the standard questions."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, and_, cast, func, select
from sqlalchemy.orm import aliased

from rbc_events.database import Bilingual, db
from rbc_events.i18n import in_brackets, plain
from rbc_events.registration.models import Answer, Organisation, OrganisationKind, Question, Registration
from rbc_events.registration.questions import STANDARD
from rbc_events.reports.figures import Cell, Chart, Figure, Series, paragraph
from rbc_events.reports.hiding import LEAST, hidden_groups
from rbc_events.reports.published import ANSWERED, ASKED, shares
from rbc_events.reports.queries import SENT_IN

FOREIGN = (OrganisationKind.FOREIGN_COMPANY, OrganisationKind.FOREIGN_AFFILIATED)
ALL, NOT_STATED = "all", ""
FIRST_THREE = ("implemented", "past", "considering")
NOTHING = ("null", '""', "[]")
"""How an answer that says nothing is kept."""
Tally = Counter[tuple[str, frozenset[str]]]
"""How many companies of a group gave these answers, by both."""


@dataclass(frozen=True)
class Survey:
    """One chart of the report: what is asked, and by the answers to what other question it is divided, if any."""

    number: str
    title: Any
    question: str
    by: str = ""
    sums: Mapping[str, Sequence[str]] | None = None

    @property
    def key(self) -> str:
        return f"chart-{self.number}"


SURVEYS = (
    Survey(
        "2-17",
        _l("Status of collaboration, by industry in Japan"),
        "collaboration_status",
        by="industry",
        sums={"first_three": FIRST_THREE},
    ),
    Survey(
        "2-18",
        _l("Partners of the collaboration, by the parent company’s region (several answers)"),
        "collaboration_partners",
        by="parent_region",
    ),
    Survey("2-19", _l("Challenges in collaborating (several answers)"), "collaboration_challenges"),
)


def tally(survey: Survey, event_ids: Sequence[int]) -> Tally:
    """What foreign and foreign-affiliated companies that registered at these events answered, each company once: by its
    last registration in which it answered the question."""
    own = _Answers("own", survey.question)
    last = (
        select(func.max(Registration.id).label("registration_id"))
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .join(own.question, own.asked_at(Registration))
        .join(own.answer, own.given_by(Registration))
        .where(
            Registration.event_id.in_(event_ids),
            Registration.state.in_(SENT_IN),
            Organisation.kind.in_(FOREIGN),
            own.value.not_in(NOTHING),
        )
        .group_by(Registration.organisation_id)
        .subquery()
    )
    registration = aliased(Registration)
    given, stated = _Answers("given", survey.question), _Answers("stated", survey.by)
    statement = (
        select(stated.value, given.value, func.count())
        .select_from(last)
        .join(registration, registration.id == last.c.registration_id)
        .join(given.question, given.asked_at(registration))
        .join(given.answer, given.given_by(registration))
        .outerjoin(stated.question, stated.asked_at(registration))
        .outerjoin(stated.answer, stated.given_by(registration))
        .group_by(stated.value, given.value)
    )
    found: Tally = Counter()
    for group, answers, number in db.session.execute(statement):
        found[_read(group), frozenset(_read(answers, several=True))] += number
    return found


class _Answers:
    """A question of the events and its answers, for a statement that reads several. Their values are compared as the
    JSON text that they are kept in."""

    def __init__(self, name: str, key: str) -> None:
        self.key, self.question, self.answer = key, aliased(Question), aliased(Answer)
        self.value = cast(self.answer.value, String).label(name)

    def asked_at(self, registration: Any) -> Any:
        return and_(self.question.event_id == registration.event_id, self.question.key == self.key)

    def given_by(self, registration: Any) -> Any:
        return and_(self.answer.registration_id == registration.id, self.answer.question_id == self.question.id)


def _read(text: str | None, *, several: bool = False) -> Any:
    value = json.loads(text) if text else None
    if several:
        return value if isinstance(value, list) else [value]
    return value if isinstance(value, str) else NOT_STATED


def survey_figures(event_ids: Sequence[int]) -> list[Figure]:
    return [survey_figure(survey, event_ids) for survey in SURVEYS]


def survey_figure(survey: Survey, event_ids: Sequence[int]) -> Figure:
    return _figure(survey, tally(survey, event_ids))


@dataclass(frozen=True)
class _Group:
    """A line of companies in a chart; `answers` is None where they are too few to be shown."""

    key: str
    name: str
    answers: Counter[frozenset[str]] | None

    def share(self, counted: frozenset[str]) -> float | None:
        """How many in a hundred gave one of these answers; None where that isn't shown."""
        if not self.answers:
            return None
        number = sum(number for given, number in self.answers.items() if not given.isdisjoint(counted))
        return 100 * number / self.answers.total()


def _figure(survey: Survey, answers: Tally) -> Figure:
    groups = _groups(survey, answers)
    options = _options(survey)
    rows = [row for group in groups for row in _rows(survey, group, options)]
    return Figure(
        key=survey.key,
        title=_("Chart %(number)s: %(title)s", number=survey.number, title=survey.title),
        note=_note(answers.total()),
        columns=(_("Group"), _("Answer"), _("Share (%)"), _("Report 2022 (%)")),
        rows=tuple(rows),
        texts=2,
        source=_source(survey),
        chart=_chart(survey, groups, options),
    )


def _options(survey: Survey) -> list[tuple[str, str, frozenset[str]]]:
    """(key, name, the answers that count) of each line: the options, and the sums of some."""
    question = _standard(survey.question)
    options = [(each["key"], _words(each), frozenset({each["key"]})) for each in question["options"]]
    sums = [(key, _("The first three together"), frozenset(parts)) for key, parts in (survey.sums or {}).items()]
    return options + sums


def _groups(survey: Survey, answers: Tally) -> list[_Group]:
    options = {each["key"]: _words(each) for each in _standard(survey.by)["options"]} if survey.by else {}
    whole = Counter[frozenset[str]]()
    parts = {key: Counter[frozenset[str]]() for key in (*options, NOT_STATED)}
    for (stated, given), number in answers.items():
        parts[stated if stated in options else NOT_STATED][given] += number
        whole[given] += number
    everybody = _Group(ALL, _("All"), None if 0 < whole.total() < LEAST else whole)
    if not survey.by:
        return [everybody]
    hidden = hidden_groups({key: part.total() for key, part in parts.items()})
    names = {**options, NOT_STATED: _("Not answered")}
    kept = [key for key in parts if parts[key] or key != NOT_STATED]
    return [everybody, *(_Group(key, names[key], None if key in hidden else parts[key]) for key in kept)]


def _rows(survey: Survey, group: _Group, options: list[tuple[str, str, frozenset[str]]]) -> Iterable[tuple[Cell, ...]]:
    known = shares()
    for key, name, counted in options:
        share = group.share(counted)
        published = known.get((survey.number, group.key, key))
        yield _with_number(group), name, share, published.percent if published else None


def _with_number(group: _Group) -> str:
    if group.answers is None:
        number = _("hidden: fewer than %(least)s answers, or others’ could be worked out", least=LEAST)
        return group.name + in_brackets(number)
    return group.name + in_brackets(_("answers: %(count)s", count=group.answers.total()))


def _chart(survey: Survey, groups: list[_Group], options: list[tuple[str, str, frozenset[str]]]) -> Chart:
    """The groups' bars side by side in each answer; of a chart without groups, those of the report beside ours."""
    drawn = [group for group in groups if group.answers]
    single = [option for option in options if len(option[2]) == 1]
    names = tuple(name for _key, name, _counted in single)
    shown = [[row[2] for row in _rows(survey, group, single)] for group in drawn]
    if survey.by:
        series = [Series(_with_number(group), tuple(values)) for group, values in zip(drawn, shown, strict=True)]  # type: ignore[arg-type]
    else:
        here = tuple(shown[0]) if shown else (None,) * len(single)
        there = tuple(row[3] for row in _rows(survey, groups[0], single))
        series = [Series(_with_number(groups[0]), here), Series(_("Report 2022"), there)]  # type: ignore[arg-type]
    return Chart(names, tuple(series), unit="%")


def _note(count: int) -> str:
    number = _("Answers: %(count)s.", count=count) if count >= LEAST or not count else _("Fewer than five answers.")
    who = _(
        "Foreign and foreign-affiliated companies that sent a registration in; each counts once, with its last answer. "
        "Groups of fewer than five answers are hidden."
    )
    return paragraph(number, who)


def _source(survey: Survey) -> str:
    return _(
        "Report 2022: JETRO, Invest Japan Report 2022, chart %(number)s; %(asked)s companies asked, %(answered)s valid "
        "answers. Blank where the share isn’t published as text.",
        number=survey.number,
        asked=f"{ASKED:,}",
        answered=f"{ANSWERED:,}",
    )


def _standard(key: str) -> dict[str, Any]:
    return next(question for question in STANDARD if question["key"] == key)


def _words(option: Mapping[str, str]) -> str:
    return plain(Bilingual(option["ja"], option["en"]))
