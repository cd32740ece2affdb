"""What a support case tells: its text as one value, which is kept, approved and shown.

`text_of` makes the text from the rows, and `told` makes from a text what templates show. So a party sees, a party
approves and the public reads one and the same text.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from rbc_events.cases.models import CaseFact, SupportCase
from rbc_events.database import Bilingual
from rbc_events.outcomes.models import DateKind, Outcome, OutcomeDate, OutcomeParty, OutcomeState, OutcomeType, Source
from rbc_events.partial_dates import Precision, show_partial_date
from rbc_events.seeds.citing import named, title_of, was_public
from rbc_events.seeds.models import SeedVersion

PARTS = ("title", "summary", "background", "support", "result")
Text = dict[str, Any]


def text_of(case: SupportCase) -> Text:
    """All that the case's page shows, as plain values that JSON keeps."""
    picture = case.picture
    return {
        **{part: _both(getattr(case, part)) for part in PARTS},
        "rests_on": str(case.rests_on),
        "outcomes": [_outcome(outcome) for outcome in case.outcomes],
        "facts": [_fact(fact) for fact in case.facts],
        "picture": {"id": picture.id, "sha256": picture.sha256, "alt": _both(picture.alt)} if picture else None,
    }


def digest(text: Text) -> str:
    return hashlib.sha256(json.dumps(text, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def party_key(party: OutcomeParty) -> str:
    """The same for one party of several outcomes: an organisation, or somebody known by name alone."""
    if party.organisation_id is not None:
        return f"o{party.organisation_id}"
    return f"n:{party.name.en or party.name.ja}"


def _outcome(outcome: Outcome) -> Text:
    return {
        "id": outcome.id,
        "type": str(outcome.type),
        "state": str(outcome.state),
        "parties": [_party(party) for party in outcome.parties],
        "subject": _both(outcome.subject),
        "dates": [_date(claim) for claim in outcome.dates],
        "basis": _both(outcome.attribution_basis),
        **_seed(outcome.seed_version),
    }


def _seed(version: SeedVersion | None) -> Text:
    """The version of the seed that the outcome came of. Without one the text stays as it was before there were seeds,
    so that what was approved stays approved."""
    if version is None or not was_public(version):
        return {}
    return {"seed": {"id": version.seed_id, "version": version.number, "title": _both(title_of(version))}}


def _party(party: OutcomeParty) -> Text:
    name = party.organisation.name if party.organisation else party.name
    return {"key": party_key(party), "organisation": party.organisation_id, "name": _both(name)}


def _date(claim: OutcomeDate) -> Text:
    return {
        "kind": str(claim.kind),
        "on": claim.on.isoformat(),
        "precision": str(claim.precision),
        "shown": claim.shown,
        "source": _source(claim.source) if claim.source else None,
    }


def _fact(fact: CaseFact) -> Text:
    return {
        "topic": fact.topic,
        "label": _both(fact.label),
        "text": _both(fact.text),
        "fiscal_year": fact.fiscal_year,
        "preferred": fact.preferred,
        "source": _source(fact.source),
    }


def _source(source: Source) -> Text:
    return {"id": source.id, "number": source.number, "title": _both(source.title), "url": source.url}


def _both(text: Bilingual) -> Text:
    return {"ja": text.ja, "en": text.en}


# A text as its page shows it


class Cited(NamedTuple):
    """A source with the number that it has on the page."""

    number: int
    id: int
    title: Bilingual
    url: str


class Statement(NamedTuple):
    """One text with the sources that give it."""

    text: Bilingual
    fiscal_year: int | None
    preferred: bool
    sources: list[Cited]


class Topic(NamedTuple):
    """What the sources say of one thing: `shown` first, then what others say differently."""

    label: Bilingual
    shown: Statement
    differing: list[Statement]


class Claim(NamedTuple):
    """A date as one or more sources state it."""

    on: date
    precision: Precision
    sources: list[Cited]

    def __str__(self) -> str:
        return show_partial_date(self.on, self.precision)


class DateTold(NamedTuple):
    kind: DateKind
    shown: Claim
    differing: list[Claim]


class SeedTold(NamedTuple):
    id: int
    version: int
    title: Bilingual

    def __str__(self) -> str:
        return named(self.title, self.version)


class OutcomeTold(NamedTuple):
    type: OutcomeType
    state: OutcomeState
    parties: list[Bilingual]
    subject: Bilingual
    dates: list[DateTold]
    basis: Bilingual
    seed: SeedTold | None


@dataclass(frozen=True)
class Told:
    title: Bilingual
    summary: Bilingual
    background: Bilingual
    support: Bilingual
    result: Bilingual
    rests_on: str
    picture: Text | None
    alt: Bilingual
    outcomes: list[OutcomeTold]
    topics: list[Topic]
    sources: list[Cited]


def told(text: Text, *, without: Collection[int] = ()) -> Told:
    """The text for a page, `without` the outcomes of these numbers, which its reader may not see."""
    outcomes = [outcome for outcome in text["outcomes"] if outcome["id"] not in without]
    cited = _numbered([*_sources(text["facts"]), *(each for one in outcomes for each in _sources(one["dates"]))])
    picture = text["picture"]
    return Told(
        **{part: Bilingual(**text[part]) for part in PARTS},
        rests_on=text["rests_on"],
        picture=picture,
        alt=Bilingual(**picture["alt"]) if picture else Bilingual(),
        outcomes=[_outcome_told(outcome, cited) for outcome in outcomes],
        topics=_topics(text["facts"], cited),
        sources=sorted(cited.values()),
    )


def parties_of(text: Text) -> dict[str, Text]:
    """Each party of the outcomes that the text tells of, once."""
    return {party["key"]: party for outcome in text["outcomes"] for party in outcome["parties"]}


def _sources(stated: list[Text]) -> Iterator[Text]:
    return (each["source"] for each in stated if each["source"])


def _numbered(sources: list[Text]) -> dict[int, Cited]:
    """Every source once, numbered in the order of the register of sources."""
    once = {source["id"]: source for source in sources}
    ordered = sorted(once.values(), key=lambda each: (each["number"] is None, each["number"] or 0, each["id"]))
    return {
        each["id"]: Cited(number, each["id"], Bilingual(**each["title"]), each["url"])
        for number, each in enumerate(ordered, 1)
    }


def _outcome_told(outcome: Text, cited: dict[int, Cited]) -> OutcomeTold:
    kinds = dict.fromkeys(claim["kind"] for claim in outcome["dates"])
    dates = [_date_told(kind, [claim for claim in outcome["dates"] if claim["kind"] == kind], cited) for kind in kinds]
    return OutcomeTold(
        type=OutcomeType(outcome["type"]),
        state=OutcomeState(outcome["state"]),
        parties=[Bilingual(**party["name"]) for party in outcome["parties"]],
        subject=Bilingual(**outcome["subject"]),
        dates=dates,
        basis=Bilingual(**outcome["basis"]),
        seed=_seed_told(outcome.get("seed")),
    )


def _seed_told(seed: Text | None) -> SeedTold | None:
    return SeedTold(seed["id"], seed["version"], Bilingual(**seed["title"])) if seed else None


def _date_told(kind: str, stated: list[Text], cited: dict[int, Cited]) -> DateTold:
    claims: dict[tuple[str, str], Claim] = {}
    for each in sorted(stated, key=lambda each: not each["shown"]):
        empty = Claim(date.fromisoformat(each["on"]), Precision(each["precision"]), [])
        claim = claims.setdefault((each["on"], each["precision"]), empty)
        if each["source"] and cited[each["source"]["id"]] not in claim.sources:
            claim.sources.append(cited[each["source"]["id"]])
    first, *others = claims.values()
    return DateTold(DateKind(kind), first, others)


def _topics(facts: list[Text], cited: dict[int, Cited]) -> list[Topic]:
    topics: dict[str, list[Text]] = {}
    for fact in facts:
        topics.setdefault(fact["topic"], []).append(fact)
    return [_topic(rows, cited) for rows in topics.values()]


def _topic(facts: list[Text], cited: dict[int, Cited]) -> Topic:
    statements: dict[Bilingual, Statement] = {}
    for fact in facts:
        text = Bilingual(**fact["text"])
        known = statements.setdefault(text, Statement(text, fact["fiscal_year"], fact["preferred"], []))
        known.sources.append(cited[fact["source"]["id"]])
        statements[text] = known._replace(preferred=known.preferred or fact["preferred"])
    ordered = sorted(statements.values(), key=lambda statement: not statement.preferred)
    return Topic(Bilingual(**facts[0]["label"]), ordered[0], ordered[1:])
