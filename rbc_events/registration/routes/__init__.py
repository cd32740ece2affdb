"""The pages of registration. One blueprint, one module a subject."""

from typing import Any

from flask import Blueprint

from rbc_events.registration.models import Question
from rbc_events.registration.questionnaire import answer_words
from rbc_events.registration.words import COLLABORATION_MODES, label, seed_details

blueprint = Blueprint("registration", __name__)


@blueprint.app_template_filter("words")
def words(code: Any) -> str:
    return label(code)


@blueprint.app_template_filter("mode_words")
def mode_words(code: str) -> str:
    return str(COLLABORATION_MODES.get(code, code))


blueprint.add_app_template_filter(seed_details)


@blueprint.app_template_filter("answer")
def answer(value: Any, question: Question) -> str:
    return answer_words(value, question)


from rbc_events.registration.routes import (  # noqa: E402, F401
    availability,
    claiming,
    files,
    inviting,
    links,
    merging,
    people,
    questions,
    registering,
    screening,
    seeds,
    standing,
    steps,
)
