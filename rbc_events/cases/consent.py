"""The parties' consent to the very text of a case that they saw: asking, answering, taking it back.

Every step locks the case first, as publishing does. So a case is never public with a consent that has just gone.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.models import User
from rbc_events.accounts.operations import token_hash
from rbc_events.cases import mails
from rbc_events.cases.models import Basis, CaseApproval, CaseVersion, SupportCase
from rbc_events.cases.telling import digest, parties_of, text_of
from rbc_events.database import db, lock
from rbc_events.errors import Closed, Conflict, Unacceptable
from rbc_events.registration.models import Organisation


class UnknownParty(Unacceptable):
    message = _l("This is no party of the case any more. Please look at it again.")


class LinkUnknown(Closed):
    title = _l("This link is no longer valid")
    message = _l("There is nothing to approve at this address. Please ask whoever sent it to you for a new one.")


class TextChanged(Conflict):
    message = _l("The text has been changed since this mail was written. You will get a new one with the new text.")


class Answered(Conflict):
    message = _l("This was answered before.")


def version_of(case: SupportCase, *, now: datetime) -> CaseVersion:
    """The version with the text that the case has now. It is made if the text is new."""
    text = text_of(case)
    known = find_version(case)
    if known is not None:
        return known
    last = db.session.scalar(select(func.max(CaseVersion.number)).where(CaseVersion.case_id == case.id)) or 0
    version = CaseVersion(case=case, number=last + 1, text=text, sha256=digest(text), made_at=now)
    db.session.add(version)
    db.session.flush()
    return version


def find_version(case: SupportCase) -> CaseVersion | None:
    """The version with the text that the case has now, if it was kept before."""
    return db.session.scalar(select(CaseVersion).filter_by(case_id=case.id, sha256=digest(text_of(case))))


def ask(
    case: SupportCase, party: str, *, recipient: str, name: str, language: str, actor: User | None, now: datetime
) -> CaseApproval:
    """Ask a party, by a link in a mail, to approve the text as it stands.

    Raises:
        UnknownParty: it is none of the parties of the case's outcomes.
    """
    lock(case)
    version = version_of(case, now=now)
    found = parties_of(version.text).get(party)
    if found is None:
        raise UnknownParty
    token = secrets.token_urlsafe(24)
    approval = CaseApproval(
        version=version,
        party=party,
        organisation_id=found["organisation"],
        recipient=recipient,
        recipient_name=name,
        language=language,
        token_hash=token_hash(token),
        asked_at=now,
        asked_by_id=actor.id if actor else None,
    )
    db.session.add(approval)
    db.session.flush()
    mails.ask_for_approval(approval, token, now=now)
    return approval


def find_approval(token: str) -> CaseApproval:
    """What the link of a mail is about. It stays good after the answer: with it the consent can be taken back.

    Raises:
        LinkUnknown
    """
    approval = db.session.scalar(select(CaseApproval).where(CaseApproval.token_hash == token_hash(token)))
    if approval is None:
        raise LinkUnknown
    return approval


def is_open(approval: CaseApproval) -> bool:
    """Whether it can be answered: nobody has answered, and the case still has the text that was sent."""
    return approval.answered_at is None and approval.version.sha256 == digest(text_of(approval.version.case))


def answer(approval: CaseApproval, *, agreed: bool, signed_name: str, now: datetime) -> None:
    """Say yes or no to the text, once.

    Raises:
        Answered, TextChanged
    """
    lock(approval.version.case)
    db.session.refresh(approval)
    if approval.answered_at is not None:
        raise Answered
    if not is_open(approval):
        raise TextChanged
    approval.answered_at, approval.agreed, approval.signed_name = now, agreed, signed_name
    db.session.flush()
    _take_down_without_consent(approval.version.case, now=now)


def take_back(approval: CaseApproval, *, now: datetime, word: str = "") -> None:
    """Take a consent back: by the party's link, or by staff, who note in `word` on whose word.

    A public case that rests on it leaves the public pages at once. Taking it back again changes nothing.
    """
    lock(approval.version.case)
    db.session.refresh(approval)
    if not approval.agreed or approval.withdrawn_at is not None:
        return
    approval.withdrawn_at, approval.withdrawal = now, word
    db.session.flush()
    _take_down_without_consent(approval.version.case, now=now)


def take_back_for(case: SupportCase, organisation: Organisation, *, actor: User, now: datetime) -> None:
    """One of the organisation's people takes back every consent that it gave for the case, on their word."""
    for approval in given_by([organisation.id], case):
        take_back(approval, now=now, word=f"{actor.name_in('en')} <{actor.email}>")


def given_by(organisations: Sequence[int], case: SupportCase | None = None) -> Sequence[CaseApproval]:
    """The answers of these organisations about cases, or about the one case, the last first."""
    given = select(CaseApproval).join(CaseVersion).order_by(CaseApproval.id.desc())
    given = given.where(CaseApproval.organisation_id.in_(organisations), CaseApproval.answered_at.is_not(None))
    if case is not None:
        given = given.where(CaseVersion.case_id == case.id)
    return db.session.scalars(given.options(joinedload(CaseApproval.version).joinedload(CaseVersion.case))).all()


def _take_down_without_consent(case: SupportCase, *, now: datetime) -> None:
    version = case.published_version
    if case.published_at and case.rests_on == Basis.CONSENT and (version is None or missing_consents(version)):
        case.published_at, case.withdrawn_at = None, now
        db.session.flush()


def missing_consents(version: CaseVersion) -> list[str]:
    """The parties that have not approved this version, or have said no to it or to a later one."""
    answers = db.session.scalars(
        select(CaseApproval)
        .join(CaseVersion)
        .where(CaseVersion.case_id == version.case_id, CaseApproval.answered_at.is_not(None))
    )
    yes: dict[str, list[datetime]] = defaultdict(list)
    no: dict[str, list[datetime]] = defaultdict(list)
    for each in answers:
        if each.agreed and each.withdrawn_at is None and each.version_id == version.id:
            yes[each.party].append(each.answered_at or each.asked_at)
        if not each.agreed or each.withdrawn_at is not None:
            no[each.party].append(each.withdrawn_at or each.answered_at or each.asked_at)
    return [party for party in parties_of(version.text) if not _stands(yes[party], no[party])]


def _stands(yes: list[datetime], no: list[datetime]) -> bool:
    """Whether a yes is the party's last answer. Of a yes and a no of the same moment, the no counts."""
    return bool(yes) and (not no or max(yes) > max(no))


def approvals_of(case: SupportCase) -> list[CaseApproval]:
    """All that parties were asked of the case, the last first."""
    asked = select(CaseApproval).join(CaseVersion).where(CaseVersion.case_id == case.id)
    return list(db.session.scalars(asked.order_by(CaseApproval.id.desc())))
