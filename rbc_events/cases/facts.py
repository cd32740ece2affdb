"""The facts that a support case cites, each as one source states it. Functions flush; the route commits."""

import re
from typing import Any

from sqlalchemy import func, select

from rbc_events.cases.models import CaseFact, SupportCase
from rbc_events.database import db
from rbc_events.outcomes.models import Source


def add_fact(case: SupportCase, source: Source, **fields: Any) -> CaseFact:
    """Cite one more fact, at the end. One with the same label states the same thing."""
    last = db.session.scalar(select(func.max(CaseFact.position)).where(CaseFact.case_id == case.id))
    position = 0 if last is None else last + 1
    fact = CaseFact(case=case, source=source, position=position, topic=topic_of(case, fields["label_en"]), **fields)
    db.session.add(fact)
    db.session.flush()
    return fact


def update_fact(fact: CaseFact, source: Source, **fields: Any) -> None:
    if fields["label_en"] != fact.label_en:
        fact.topic = topic_of(fact.case, fields["label_en"])
    fact.source = source
    for name, value in fields.items():
        setattr(fact, name, value)
    db.session.flush()


def topic_of(case: SupportCase, label_en: str) -> str:
    same = (fact.topic for fact in case.facts if fact.label_en == label_en)
    return next(same, re.sub(r"\W+", "_", label_en.casefold()).strip("_") or "fact")


def remove_fact(fact: CaseFact) -> None:
    fact.case.facts.remove(fact)
    db.session.flush()


def move_up(fact: CaseFact) -> None:
    """Change places with the fact before it."""
    facts = list(fact.case.facts)
    place = facts.index(fact)
    if place == 0:
        return
    other = facts[place - 1]
    mine, theirs = fact.position, other.position
    fact.position = -1  # two facts never have one place
    db.session.flush()
    other.position = mine
    db.session.flush()
    fact.position = theirs
    db.session.flush()
    db.session.refresh(fact.case, ["facts"])
