"""How templates, of this feature and others, write what a registration holds."""

from typing import Any

from rbc_events.labels import label
from rbc_events.registration.labels import COLLABORATION_MODES
from rbc_events.registration.models import OrganisationKind, Question
from rbc_events.registration.questionnaire import answer_words


def mode_words(code: str) -> str:
    return str(COLLABORATION_MODES.get(code, code))


def partner_words(kind: str) -> str:
    return label(OrganisationKind(kind))


def answer(value: Any, question: Question) -> str:
    return answer_words(value, question)
