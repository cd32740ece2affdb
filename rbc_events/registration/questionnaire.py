"""The questions of an event's registration form, and their answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DecimalField, Field, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from rbc_events import cells, confined
from rbc_events.database import Bilingual, db
from rbc_events.editing import SentForm
from rbc_events.errors import Unacceptable
from rbc_events.events.models import Event
from rbc_events.form_fields import CheckboxesField, UploadField, reads
from rbc_events.i18n import plain
from rbc_events.registration import uploads
from rbc_events.registration.fields import Versioned, tidy
from rbc_events.registration.models import Answer, Question, QuestionKind, Registration, Upload, UploadKind
from rbc_events.sent_files import content_of

MOST = 10**12
TICKED = "y"  # how a consent that is given is written in a condition, and by the browser


def questions_of(event: Event) -> Sequence[Question]:
    return db.session.scalars(
        select(Question).filter_by(event_id=event.id).order_by(Question.position, Question.id)
    ).all()


def answers_of(registration: Registration) -> dict[int, Any]:
    """The answers by the question's number."""
    return {answer.question_id: answer.value for answer in registration.answers}


def is_shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the condition of a question holds, given the answers by the questions' keys."""
    if not question.shown_if:
        return True
    given = answers.get(question.shown_if["question"])
    given = TICKED if given is True else given
    return not set(question.shown_if["answers"]).isdisjoint(given if isinstance(given, list) else [given])


def unanswered(registration: Registration) -> list[Question]:
    """The required questions that are shown and have no answer."""
    questions = questions_of(registration.event)
    by_number = answers_of(registration)
    answers = {question.key: by_number.get(question.id) for question in questions}
    return [
        question
        for question in questions
        if question.required and is_shown(question, answers) and answers[question.key] in (None, "", [], False)
    ]


class AnswersForm(Versioned):
    """One field a question, named q and its number. A hidden question's answer is not looked at."""

    questions: Sequence[Question] = ()
    kept: Mapping[int, Any] = {}  # the files that are there already, by question

    def answers(self) -> dict[str, Any]:
        """The answers by the questions' keys; of hidden questions None."""
        found: dict[str, Any] = {}
        for question in self.questions:
            value = self[f"q{question.id}"].data
            if question.kind == QuestionKind.FILE:
                value = value or self.kept.get(question.id)
            if question.kind == QuestionKind.NUMBER and value is not None:
                value = int(value) if value == int(value) else float(value)
            found[question.key] = value if is_shown(question, found) else None
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        answers = self.answers() if good else {}
        for question in self.questions:
            if good and question.required and is_shown(question, answers) and answers[question.key] in EMPTY:
                self[f"q{question.id}"].errors = [_l("This question must be answered.")]
        return good and not any(self[f"q{question.id}"].errors for question in self.questions)


EMPTY: tuple[Any, ...] = (None, "", [], False)


def questions_form(registration: Registration, **options: Any) -> AnswersForm:
    """The form of an event's questions, filled with the answers that are there."""
    questions = questions_of(registration.event)
    by_number = answers_of(registration)
    fields = {f"q{question.id}": _field(question) for question in questions}
    form = type("EventAnswersForm", (AnswersForm,), {**fields, "questions": questions, "kept": by_number})(
        data=_plain(questions, by_number), **options
    )
    for question in questions:
        form[f"q{question.id}"].flags.required = question.required
    return form  # type: ignore[no-any-return]


def _plain(questions: Sequence[Question], answers: Mapping[int, Any]) -> dict[str, Any]:
    return {f"q{each.id}": answers.get(each.id) for each in questions if each.kind != QuestionKind.FILE}


def _field(question: Question) -> Field:
    title, help_ = plain(question.label), plain(question.help)
    options = [SelectChoice(option["key"], _option(option)) for option in question.options]
    match question.kind:
        case QuestionKind.LONG_TEXT:
            checks = [reads(cells.text(4000, lines=True))]
            return TextAreaField(title, checks, filters=[tidy], description=help_, render_kw={"rows": 4})
        case QuestionKind.CHOICE:
            return RadioField(title, [Optional()], choices=options, description=help_)
        case QuestionKind.CHOICES:
            return CheckboxesField(title, choices=options, description=help_)
        case QuestionKind.NUMBER:
            return DecimalField(title, [Optional(), _in_range], description=help_)
        case QuestionKind.CONSENT:
            return BooleanField(title, description=help_)
        case QuestionKind.FILE:
            help_ = help_ or str(_l("PDF, PNG or JPEG, up to 15 MB."))
            most = uploads.MOST_BYTES[UploadKind.ANSWER]
            return UploadField(title, [_acceptable], most_bytes=most, description=help_)
    return StringField(title, [reads(cells.text(300))], filters=[tidy], description=help_)


def _acceptable(form: Any, field: Field) -> None:
    if field.data and form.faults_of_files[field.name]:
        raise ValidationError(form.faults_of_files[field.name])


def faults_of_files(files: Mapping[str, FileStorage]) -> dict[str, str]:
    """Look into the files that are sent as answers, outside any transaction; the form that takes them is told what is
    wrong with each, if anything."""
    return {name: _fault_of(file) for name, file in files.items()}


def _fault_of(file: FileStorage) -> str:
    try:
        content = content_of(file, uploads.MOST_BYTES[UploadKind.ANSWER], uploads.TooLarge)
        file.seek(0)
        uploads.examine(content, UploadKind.ANSWER)
    except uploads.WrongKind:
        return str(_l("Only PDF, PNG and JPEG files are accepted."))
    except (Unacceptable, confined.Busy) as refused:
        return str(refused)
    return ""


def _in_range(_form: SentForm, field: Field) -> None:
    if field.data is not None and not (field.data.is_finite() and -MOST <= field.data <= MOST):
        raise ValidationError(str(_l("The number is too large.")))


def _option(option: Mapping[str, str]) -> str:
    return plain(Bilingual(ja=option.get("ja", ""), en=option.get("en", "")))


def save_answers(registration: Registration, form: AnswersForm, *, now: datetime) -> None:
    """Keep the answers, files among them; those of hidden questions go, and files that others replace.

    Raises:
        uploads.Full
    """
    answers = form.answers()
    known = {answer.question_id: answer for answer in registration.answers}
    for question in form.questions:
        value = answers[question.key]
        if isinstance(value, FileStorage):
            kept = uploads.keep(
                registration.organisation, UploadKind.ANSWER, value.read(), value.filename or "", now=now
            )
            value = kept.id
        if question.kind == QuestionKind.FILE and question.id in known and known[question.id].value != value:
            uploads.remove_answer(registration.organisation, known[question.id].value)
        if question.id in known:
            known[question.id].value = value
        elif value not in (None, "", []):
            registration.answers.append(Answer(question=question, value=value))
    db.session.flush()


def answer_words(value: Any, question: Question) -> str:
    """An answer as a reader sees it: the options' words, a number, the text."""
    options = {option["key"]: _option(option) for option in question.options}
    if question.kind == QuestionKind.FILE:
        found = db.session.get(Upload, value)
        return found.file_name if found else ""
    if isinstance(value, list):
        return "; ".join(options.get(key, str(key)) for key in value)
    return str(_l("Yes")) if value is True else options.get(value, str(value))
