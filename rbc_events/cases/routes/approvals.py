"""The parties' consent: staff ask for it, and a party answers by the link of its mail, without a log-in."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from wtforms import SelectChoice

from rbc_events import kept_files, limits
from rbc_events.accounts.access import require_sign_in
from rbc_events.cases import consent, operations
from rbc_events.cases.access import load_managed_case, load_shown_picture
from rbc_events.cases.forms import AnswerForm, AskForm, WordForm
from rbc_events.cases.models import CaseApproval, SupportCase
from rbc_events.cases.telling import parties_of, text_of, told
from rbc_events.clock import now
from rbc_events.database import Bilingual, db, give_up
from rbc_events.errors import DomainError
from rbc_events.i18n import in_language, plain
from rbc_events.relationships.access import own_organisations


def approvals(key: str) -> Any:
    """What the parties were asked and said; POST asks one of them."""
    case = load_managed_case(key)
    form = _ask_form(case)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            limits.count("case_approval", case.id)
            consent.ask(
                case,
                form.party.data,
                recipient=form.recipient.data.strip(),
                name=form.recipient_name.data.strip(),
                language=form.language.data,
                actor=current_user,
                now=now(),
            )
            db.session.commit()
        except limits.TooMany as refused:
            give_up()
            case, status = load_managed_case(key), refused.status
            form.recipient.errors = [*form.recipient.errors, str(refused)]
        else:
            flash(_("Asked by mail."), "success")
            return redirect(url_for("cases.approvals", key=key))
    return _page(case, form), status


def _ask_form(case: SupportCase) -> AskForm:
    form = AskForm()
    parties = parties_of(text_of(case)).values()
    form.party.choices = [SelectChoice(party["key"], plain(Bilingual(**party["name"]))) for party in parties]
    return form


def _page(case: SupportCase, form: AskForm, word_form: WordForm | None = None) -> str:
    version = consent.find_version(case)
    parties = parties_of(text_of(case))
    return render_template(
        "cases/approvals.html",
        case=case,
        form=form,
        word_form=word_form or WordForm(formdata=None),
        version=version,
        parties={key: Bilingual(**party["name"]) for key, party in parties.items()},
        lacking=consent.missing_consents(version) if version else list(parties),
        asked=consent.approvals_of(case),
    )


def taken_back(key: str, number: int) -> Any:
    """Staff note that a party has taken its consent back, on whose word."""
    case = load_managed_case(key)
    form = WordForm()
    approval = db.session.get(CaseApproval, number)
    if approval is None or approval.version.case_id != case.id or not form.validate():
        return _page(case, _ask_form(case), form), 422
    consent.take_back(approval, now=now(), word=form.word.data.strip())
    db.session.commit()
    flash(_("The consent is taken back."), "success")
    return redirect(url_for("cases.approvals", key=key))


def approval(token: str) -> Any:
    """The text that a party is asked about, in both languages, and its answer."""
    found = consent.find_approval(token)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _approval_page(found, token, form), 422 if form.is_submitted() else 200
    try:
        consent.answer(found, agreed=form.agreed.data == "yes", signed_name=form.signed_name.data.strip(), now=now())
        db.session.commit()
    except DomainError as refused:
        give_up()
        form.agreed.errors = [str(refused)]
        return _approval_page(consent.find_approval(token), token, form), 409
    flash(_("Thank you. Your answer is recorded."), "success")
    return redirect(url_for("cases.approval", token=token))


def take_back(token: str) -> Any:
    consent.take_back(consent.find_approval(token), now=now())
    db.session.commit()
    flash(_("Your consent is taken back. The text is not public any more."), "success")
    return redirect(url_for("cases.approval", token=token))


def partner_takes_back(number: int) -> Any:
    """Somebody of a party takes its consent back on the party's own pages; `number` is one of its answers."""
    own = own_organisations(require_sign_in())
    found = db.session.get(CaseApproval, number)
    if found is None or found.organisation is None or found.organisation_id not in own:
        abort(404)
    consent.take_back_for(found.version.case, found.organisation, actor=current_user, now=now())
    db.session.commit()
    flash(_("Your consent is taken back. The text is not public any more."), "success")
    return redirect(url_for("relationships.partners"))


def approval_picture(token: str) -> Response:
    version = consent.find_approval(token).version
    return kept_files.send(load_shown_picture(version.case, version.text), inline=True)


def _approval_page(found: CaseApproval, token: str, form: AnswerForm) -> str:
    text = found.version.text
    shown = told(text)
    return render_template(
        "cases/approval.html",
        approval=found,
        token=token,
        form=form,
        is_open=consent.is_open(found),
        party=Bilingual(**parties_of(text)[found.party]["name"]),
        told=shown,
        stories={code: _story(code, shown, token) for code in ("ja", "en")},
        key=operations.public_key(found.version.case),
    )


def _story(code: str, shown: Any, token: str) -> Markup:
    with in_language(code):
        picture = url_for("cases.approval_picture", token=token)
        return Markup(render_template("cases/_story.html", told=shown, picture=picture, level=3, is_public=False))  # noqa: S704 - a page
