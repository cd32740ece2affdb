"""Building an event's registration form from questions. Functions flush; the route commits."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events.database import db, fill
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event
from rbc_events.registration.models import Answer, Audience, Question, QuestionKind
from rbc_events.registration.questionnaire import TICKED

WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


class Answered(Conflict):
    message = _l("This question has been answered: its kind can't change, and options in use stay.")


class BeforeItsCondition(Conflict):
    message = _l("A question stays below the one that it depends on.")


class NeedsOptions(Unacceptable):
    message = _l("A choice needs at least two options.")


def save_question(event: Event, question: Question | None, fields: Mapping[str, Any]) -> Question:
    """Add a question at the end, or change one.

    Raises:
        NeedsOptions
        Answered: the change would leave answers without a meaning.
    """
    options = fields["options"] if fields["kind"] in WITH_OPTIONS else []
    if fields["kind"] in WITH_OPTIONS and len(options) < 2:
        raise NeedsOptions
    fields = {**fields, "options": options}
    if question is None:
        number = (db.session.scalar(select(func.max(Question.position)).filter_by(event_id=event.id)) or 0) + 1
        question = Question(event_id=event.id, key=_free_key(event, number), position=number, **fields)
        db.session.add(question)
    else:
        _refuse_meaningless(question, fields)
        fill(question, fields)
        _mend_conditions(question)
    db.session.flush()
    return question


def _mend_conditions(question: Question) -> None:
    """Conditions can't wait for an option that is gone; without any left, a question is always shown."""
    left = condition_answers(question)
    for other in _hanging_on(question):
        answers = [answer for answer in other.shown_if["answers"] if answer in left]
        other.shown_if = {**other.shown_if, "answers": answers} if answers else {}


def condition_answers(question: Question) -> list[str]:
    """The answers to a question that others can hang on; none for texts, numbers and files."""
    if question.kind == QuestionKind.CONSENT:
        return [TICKED]
    return [option["key"] for option in question.options]


def _hanging_on(question: Question) -> list[Question]:
    others = db.session.scalars(select(Question).filter_by(event_id=question.event_id))
    return [other for other in others if other.shown_if.get("question") == question.key]


def _free_key(event: Event, number: int) -> str:
    taken = set(db.session.scalars(select(Question.key).filter_by(event_id=event.id)))
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"


def _refuse_meaningless(question: Question, fields: Mapping[str, Any]) -> None:
    values = db.session.scalars(select(Answer.value).filter_by(question_id=question.id)).all()
    used = {key for value in values for key in (value if isinstance(value, list) else [value])}
    gone = {option["key"] for option in question.options} - {option["key"] for option in fields["options"]}
    if values and (fields["kind"] != question.kind or gone & used):
        raise Answered


def name_options(old: Sequence[Mapping[str, str]], texts: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Options from their (Japanese, English) texts. One whose text was there before keeps its key, so that answers keep
    their meaning when lines change places; so does one to which words were added: 2月9日 to 2月9日（火）."""
    keys = {text: option["key"] for option in old for text in (option.get("ja"), option.get("en")) if text}
    found: list[str | None] = []
    for ja, en in texts:
        key = keys.get(ja) or keys.get(en)
        found.append(None if key in found else key)
    left = [option for option in old if option["key"] not in found]
    number = max((int(key[1:]) for key in keys.values() if key[:1] == "o" and key[1:].isdigit()), default=0)
    named: list[dict[str, str]] = []
    for (ja, en), known in zip(texts, found, strict=True):
        key = known or _take_alike(left, (ja, en))
        if key is None:
            number += 1
            key = f"o{number}"
        named.append({"key": key, "ja": ja, "en": en})
    return named


def _take_alike(left: list[Mapping[str, str]], texts: tuple[str, str]) -> str | None:
    """The key of the option whose words these add to or shorten, which is no longer left then. One that is merely alike
    may mean something else: 2月9日 and 2月8日, "can come" and "can't come"."""
    for option in left:
        if any(_goes_on(option.get(code, ""), text) for code, text in zip(("ja", "en"), texts, strict=True)):
            left.remove(option)
            return option["key"]
    return None


def _goes_on(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 1 and longer.startswith(shorter) and not longer[len(shorter)].isdigit()


def remove_question(question: Question) -> None:
    """Take a question and its answers away. Questions that hung on it are always shown from then on."""
    for other in _hanging_on(question):
        other.shown_if = {}
    db.session.delete(question)
    db.session.flush()


def move_question(question: Question, by: int) -> None:
    """Change places with the neighbour above (-1) or below (1).

    Raises:
        BeforeItsCondition
    """
    ordered = list(
        db.session.scalars(
            select(Question).filter_by(event_id=question.event_id).order_by(Question.position, Question.id)
        )
    )
    here = ordered.index(question)
    there = min(max(here + by, 0), len(ordered) - 1)
    ordered.insert(there, ordered.pop(here))
    places = {each.key: place for place, each in enumerate(ordered)}
    if any(places.get(each.shown_if.get("question", ""), -1) > places[each.key] for each in ordered):
        raise BeforeItsCondition
    for position, each in enumerate(ordered, start=1):
        each.position = position
    db.session.flush()


def answer_counts(event: Event) -> dict[int, int]:
    """How many answers each question has, by its number."""
    counted = (
        select(Answer.question_id, func.count())
        .join(Question)
        .where(Question.event_id == event.id)
        .group_by(Answer.question_id)
    )
    return {number: count for number, count in db.session.execute(counted)}  # noqa: C416 - rows are no pairs for mypy


def add_standard_questions(event: Event) -> int:
    """Add the standard questionnaire as far as the event lacks it; returns how many questions are new."""
    taken = set(db.session.scalars(select(Question.key).filter_by(event_id=event.id)))
    last = db.session.scalar(select(func.max(Question.position)).filter_by(event_id=event.id)) or 0
    new = [question for question in STANDARD if question["key"] not in taken]
    for position, question in enumerate(new, start=last + 1):
        db.session.add(Question(event_id=event.id, position=position, visible_to=Audience.STAFF, **question))
    db.session.flush()
    return len(new)


def _option(key: str, ja: str, en: str) -> dict[str, str]:
    return {"key": key, "ja": ja, "en": en}


_OTHER = _option("other", "その他", "Other")
# What charts 2-17 to 2-19 of the JETRO Invest Japan Report 2022 ask: the state of collaboration, the partners, and the
# difficulties, by industry and by the parent company's region. The options that the published text names stand first;
# the others are this software's own.
STANDARD: tuple[dict[str, Any], ...] = (
    {
        "key": "industry",
        "kind": QuestionKind.CHOICE,
        "label_ja": "日本での業種",
        "label_en": "Industry in Japan",
        "options": [
            _option("manufacturing", "製造業", "Manufacturing"),
            _option("services", "サービス業・その他", "Services and others"),
            _option("retail", "小売業", "Retail"),
        ],
    },
    {
        "key": "parent_region",
        "kind": QuestionKind.CHOICE,
        "label_ja": "親会社の所在地域（外国企業・外資系企業の場合）",
        "label_en": "Region of the parent company (of foreign and foreign-affiliated companies)",
        "options": [
            _option("asia", "アジア", "Asia"),
            _option("north_america", "北米", "North America"),
            _option("europe", "欧州", "Europe"),
            _OTHER,
        ],
    },
    {
        "key": "collaboration_status",
        "kind": QuestionKind.CHOICE,
        "label_ja": "日本の企業・大学等との協業・連携の状況",
        "label_en": "Collaboration with companies or universities in Japan",
        "options": [
            _option("implemented", "実施している", "We have implemented it"),
            _option("past", "過去に実施していた", "We had implemented it in the past"),
            _option("considering", "検討している", "We are considering it"),
            _option("neither", "実施も検討もしていない", "Neither"),
        ],
        "required": True,
    },
    {
        "key": "collaboration_partners",
        "kind": QuestionKind.CHOICES,
        "label_ja": "協業・連携の相手（希望を含む、複数選択可）",
        "label_en": "Partners of the collaboration, present or wished for (several answers)",
        "options": [
            _option(
                "smes", "中小企業（販売代理店を除く）", "Small and medium-sized enterprises, excluding distributors"
            ),
            _option("universities", "大学", "Universities"),
            _option("large_companies", "大企業", "Large companies"),
            _option("distributors", "販売代理店", "Distributors"),
            _option("research_institutes", "研究機関", "Research institutes"),
            _option("municipalities", "自治体", "Municipalities"),
            _OTHER,
        ],
    },
    {
        "key": "collaboration_challenges",
        "kind": QuestionKind.CHOICES,
        "label_ja": "協業・連携にあたっての課題（複数選択可）",
        "label_en": "Challenges in collaborating (several answers)",
        "options": [
            _option("information", "連携先候補に関する情報収集", "Gathering information about potential partners"),
            _option("system", "社内体制の整備", "Building an adequate system inside the company"),
            _OTHER,
        ],
    },
    {
        "key": "collaboration_challenges_other",
        "kind": QuestionKind.TEXT,
        "label_ja": "そのほかの課題",
        "label_en": "Other challenges",
        "shown_if": {"question": "collaboration_challenges", "answers": ["other"]},
    },
)
