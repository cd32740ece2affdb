"""The staff's pages for building an event's questions."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, SelectField, TextAreaField
from wtforms.validators import ValidationError

from rbc_events import cells
from rbc_events.database import db
from rbc_events.editing import EditForm, hold
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.form_fields import CheckboxesField, reads
from rbc_events.i18n import plain
from rbc_events.registration import questions
from rbc_events.registration.fields import line, tidy
from rbc_events.registration.labels import QUESTION_KINDS
from rbc_events.registration.models import Audience, Question, QuestionKind
from rbc_events.registration.questionnaire import TICKED, answer_words, questions_of
from rbc_events.registration.questions import WITH_OPTIONS, condition_answers, name_options

PLAIN = ("label_ja", "label_en", "help_ja", "help_en", "required")


def _options(label: Any) -> TextAreaField:
    return TextAreaField(label, [reads(cells.items(200))], filters=[tidy], render_kw={"rows": 4})


class QuestionForm(EditForm):
    kind = SelectField(
        _l("Kind of answer"), choices=[SelectChoice(kind.value, words) for kind, words in QUESTION_KINDS.items()]
    )
    label_ja = line(_l("Question (Japanese)"), 300)
    label_en = line(_l("Question (English)"), 300)
    help_ja = line(_l("Help (Japanese)"), 300)
    help_en = line(_l("Help (English)"), 300)
    options_ja = _options(_l("Options, one a line (Japanese)"))
    options_en = _options(_l("Options, one a line (English)"))
    shown_if = CheckboxesField(_l("Shown only if one of these is answered"))
    visible_to = SelectField(
        _l("Who sees the answers"),
        choices=[
            SelectChoice(Audience.STAFF.value, _l("Staff")),
            SelectChoice(Audience.PARTNERS.value, _l("Staff and participants")),
        ],
    )
    required = BooleanField(_l("Must be answered"))

    def __init__(self, others: list[Question], question: Question | None = None) -> None:
        super().__init__(data=_shown(question))
        self.question = question
        self.shown_if.choices = _conditions(others, question)

    def validate_label_en(self, field: Field) -> None:
        if not field.data and not self.label_ja.data:
            raise ValidationError(str(_l("Please write the question in at least one language.")))

    def validate_options_en(self, field: Field) -> None:
        pairs = self.option_texts()
        if self.kind.data in WITH_OPTIONS and len(pairs) < 2:
            raise ValidationError(str(questions.NeedsOptions.message))
        ja, en = _lines(self.options_ja), _lines(field)
        if ja and en and len(ja) != len(en):
            raise ValidationError(str(_l("Both languages need the same number of lines.")))

    def validate_shown_if(self, field: Field) -> None:
        if len({value.split("=")[0] for value in field.data or ()}) > 1:
            raise ValidationError(str(_l("Please choose answers to one question only.")))

    def option_texts(self) -> list[tuple[str, str]]:
        ja, en = _lines(self.options_ja), _lines(self.options_en)
        return [(ja[n] if n < len(ja) else "", en[n] if n < len(en) else "") for n in range(max(len(ja), len(en)))]

    def fields(self) -> dict[str, Any]:
        conditions = [value.split("=", 1) for value in self.shown_if.data or ()]
        return {
            **{name: self[name].data for name in PLAIN},
            "kind": QuestionKind(self.kind.data),
            "visible_to": Audience(self.visible_to.data),
            "options": name_options(self.question.options if self.question else [], self.option_texts()),
            "shown_if": {"question": conditions[0][0], "answers": [answer for _key, answer in conditions]}
            if conditions
            else {},
        }


def _lines(field: Field) -> list[str]:
    return [each.strip() for each in (field.data or "").split("\n") if each.strip()]


def _shown(question: Question | None) -> dict[str, Any]:
    """What the form shows of a question."""
    if question is None:
        return {}
    plain_ones = {name: getattr(question, name) for name in (*PLAIN, "kind", "visible_to")}
    texts = {f"options_{code}": "\n".join(o.get(code, "") for o in question.options).strip() for code in ("ja", "en")}
    condition = question.shown_if
    return {
        **plain_ones,
        **texts,
        "shown_if": [f"{condition['question']}={answer}" for answer in condition.get("answers", ())],
    }


def _conditions(others: list[Question], question: Question | None) -> list[SelectChoice]:
    """The answers to the questions that stand above: a condition may only look back."""
    above = others[: others.index(question)] if question in others else others
    return [
        SelectChoice(f"{each.key}={answer}", f"{plain(each.label)}: {answer_words(given, each)}")
        for each in above
        for answer in condition_answers(each)
        for given in (True if answer == TICKED else answer,)
    ]


def question_list(key: str) -> Any:
    event = load_managed_event(key)
    form = QuestionForm(list(questions_of(event)))
    return _edit(event, None, form)


def question(key: str, number: int) -> Any:
    event = load_managed_event(key)
    found = _find(event, number)
    hold(found)
    return _edit(event, found, QuestionForm(list(questions_of(event)), found))


def change_question(key: str, number: int, what: str) -> Any:
    event = load_managed_event(key)
    found = _find(event, number)
    if what == "remove":
        questions.remove_question(found)
    else:
        questions.move_question(found, -1 if what == "up" else 1)
    db.session.commit()
    return redirect(url_for("registration.question_list", key=key))


def standard_questions(key: str) -> Any:
    event = load_managed_event(key)
    count = questions.add_standard_questions(event)
    db.session.commit()
    flash(_("%(count)s questions have been added.", count=count), "success")
    return redirect(url_for("registration.question_list", key=key))


def _find(event: Event, number: int) -> Question:
    found = db.session.get(Question, number)
    if found is None or found.event_id != event.id:
        abort(404)
    return found


def _edit(event: Event, found: Question | None, form: QuestionForm) -> Any:
    if form.validate_on_submit():
        try:
            questions.save_question(event, found, form.fields())
        except questions.Answered as refused:
            form.kind.errors = [str(refused)]
            return _page(event, found, form), 409
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("registration.question_list", key=event.key))
    return _page(event, found, form), form.status


def _page(event: Event, found: Question | None, form: QuestionForm) -> str:
    return render_template(
        "registration/question_list.html",
        event=event,
        form=form,
        question=found,
        questions=questions_of(event),
        counts=questions.answer_counts(event),
        standard_missing={each["key"] for each in questions.STANDARD} - {each.key for each in questions_of(event)},
    )
