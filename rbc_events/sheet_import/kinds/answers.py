"""The answers to an event's own questions, as columns of its sheet of organisations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from rbc_events import cells
from rbc_events.events.models import Event
from rbc_events.i18n import plain
from rbc_events.registration.models import Answer, Question, QuestionKind, Registration
from rbc_events.registration.questionnaire import questions_of
from rbc_events.sheet_import import quantities, words
from rbc_events.sheet_import.kind import Column

PREFIX = "answer_"


def answer_columns(event: Event) -> Sequence[Column]:
    """A column a question, but for files. A sheet may leave out what the form requires."""
    return [
        Column(f"{PREFIX}{question.key}", LazyString(plain, question.label), _reader(question))
        for question in questions_of(event)
        if question.kind != QuestionKind.FILE
    ]


def _reader(question: Question) -> Callable[[str], Any]:
    if question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES):
        return _options(question)
    if question.kind == QuestionKind.NUMBER:
        return _number
    if question.kind == QuestionKind.CONSENT:
        return lambda cell: quantities.flag(cell) if cell else None
    return cells.text(4000, lines=True) if question.kind == QuestionKind.LONG_TEXT else cells.text(300)


def _options(question: Question) -> Callable[[str], Any]:
    known = {words.plain(option[part]): option["key"] for option in question.options for part in ("key", "ja", "en")}

    def read(cell: str) -> Any:
        whole = known.get(words.plain(cell)) if cell else None
        items = [cell] if whole or question.kind == QuestionKind.CHOICE else words.split(cell)
        wrong = [item for item in items if item and words.plain(item) not in known]
        if wrong:
            raise cells.Unusable(_l("“%(item)s” is not known.", item=wrong[0][:50]))
        found = [known[words.plain(item)] for item in items if item]
        return (found[0] if found else None) if question.kind == QuestionKind.CHOICE else found

    return read


def _number(cell: str) -> int | float | None:
    if not cell:
        return None
    try:
        return quantities.whole_number(-(10**12), 10**12)(cell)
    except cells.Unusable:
        try:
            return float(cell)
        except ValueError:
            raise cells.Unusable(_l("Not a number.")) from None


def put_answers(registration: Registration, values: Mapping[str, Any], questions: Sequence[Question]) -> bool:
    """Keep the answers that a row holds; tells whether any changed. An empty cell takes an answer away."""
    known = {answer.question_id: answer for answer in registration.answers}
    changed = False
    for question in questions:
        name = f"{PREFIX}{question.key}"
        if name not in values:
            continue
        value, answer = values[name], known.get(question.id)
        if value in (None, "", []):
            if answer is not None:
                registration.answers.remove(answer)
                changed = True
        elif answer is None:
            registration.answers.append(Answer(question_id=question.id, value=value))
            changed = True
        elif answer.value != value:
            answer.value = value
            changed = True
    return changed
