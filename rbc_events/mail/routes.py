"""Staff's pages on an event's mails: what waits, failed and was sent; and their wording. And unsubscribing."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from rbc_events.accounts.access import require_headquarters, require_sign_in
from rbc_events.calendars.entry import Person
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.editing import hold
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES
from rbc_events.mail import operations, queries
from rbc_events.mail.forms import PreferencesForm, WordingForm
from rbc_events.mail.kinds import FIELD_LABELS, KINDS, OPTIONAL, Kind, Wording, default_wording, fill
from rbc_events.mail.samples import sample_values
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outbox.operations import addresses_in, paragraphs_of, send_again
from rbc_events.web import csrf, page_number

GROUP_LABELS = {"failed": _l("Failed"), "waiting": _l("Waiting to be sent"), "sent": _l("Sent")}


def messages(key: str) -> str:
    return _message_list(load_managed_event(key))


def other_messages() -> str:
    """Mails that belong to no event, such as links to set a password."""
    require_headquarters()
    return _message_list(None)


def _message_list(event: Event | None) -> str:
    group = request.args.get("show", "failed")
    if group not in queries.GROUPS:
        abort(404)
    counts = queries.counts(event)
    if "show" not in request.args and not counts["failed"]:
        group = "waiting" if counts["waiting"] else "sent"
    search = request.args.get("to", "").strip()[:200]
    return render_template(
        "mail/messages.html",
        event=event,
        part=queries.messages(event, group, search=search, page=page_number()),
        group=group,
        groups=GROUP_LABELS,
        counts=counts,
        search=search,
        kinds=KINDS,
    )


def again(key: str, number: int) -> Any:
    event = load_managed_event(key)
    message = db.session.get(OutboxMessage, number)
    if message is None or message.event_id != event.id:
        abort(404)
    return _send_again(message, url_for("mail.messages", key=key))


def other_again(number: int) -> Any:
    require_headquarters()
    message = db.session.get(OutboxMessage, number)
    if message is None or message.event_id is not None:
        abort(404)
    return _send_again(message, url_for("mail.other_messages"))


def _send_again(message: OutboxMessage, target: str) -> Any:
    send_again(message, now=now())
    db.session.commit()
    flash(_("The mail to %(address)s is on its way again.", address=message.recipient), "success")
    return redirect(target)


def wordings(key: str) -> str:
    event = load_managed_event(key)
    return render_template("mail/wordings.html", event=event, kinds=KINDS, own=operations.wordings_of(event))


def wording(key: str, kind: str) -> Any:
    """Change the words of one kind of mail: preview, send a test to oneself, keep, or go back to the default."""
    event = load_managed_event(key)
    known = _load_kind(kind)
    action = request.form.get("action", "")
    if action == "reset":
        for language in LANGUAGES:
            operations.reset_wording(event, kind, language)
        db.session.commit()
        flash(_("The default wording is used again."), "success")
        return redirect(url_for("mail.wording", key=key, kind=kind))
    hold(event)
    form = _wording_form(event, known)
    valid = form.validate_on_submit()
    if valid and action == "save":
        for language in LANGUAGES:
            operations.set_wording(event, kind, language, form.wording(language))
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("mail.wordings", key=key))
    if valid and action == "test":
        _send_test(event, known, form)
    shown = {language: _preview(event, form.wording(language), language) for language in LANGUAGES} if valid else {}
    status = 200 if valid else form.status
    return render_template(
        "mail/wording.html", event=event, kind=known, form=form, field_labels=FIELD_LABELS, previews=shown
    ), status


def _load_kind(kind: str) -> Kind:
    if kind not in KINDS:
        abort(404)
    return KINDS[kind]


def _wording_form(event: Event, kind: Kind) -> WordingForm:
    own = operations.wordings_of(event)
    data: dict[str, str] = {}
    for language in LANGUAGES:
        words = own.get((kind.key, language)) or default_wording(kind.key, language)
        data |= {f"subject_{language}": words.subject, f"body_{language}": words.body}
    form = WordingForm(data=data)
    form.kind = kind
    return form


def _preview(event: Event, words: Wording, language: str) -> dict[str, Any]:
    values = sample_values(event, language)
    body = fill(words.body, values)
    return {"subject": fill(words.subject, values), "paragraphs": paragraphs_of(body, addresses_in(body))}


def _send_test(event: Event, kind: Kind, form: WordingForm) -> None:
    """Send both languages to the person who asked, with made-up values, in the words of the form as it stands."""
    at = now()
    recipient = Person(name=current_user.name_in(current_user.language), address=current_user.email)
    for language in LANGUAGES:
        notice = operations.Notice(
            kind=kind.key,
            occasion=f"test:{event.id}:{kind.key}:{language}:{current_user.id}:{at.isoformat()}",
            recipient=recipient,
            language=language,
            values=sample_values(event, language),
        )
        operations.write_test(event, notice, form.wording(language), now=at)
    db.session.commit()
    flash(_("A test was sent to %(address)s in both languages.", address=current_user.email), "success")


@csrf.exempt  # mail programs post here by themselves (RFC 8058); the token says who it is
def unsubscribe(token: str) -> Any:
    read = operations.read_unsubscribe_token(token)
    if read is None:
        abort(404)
    address, kind = read
    if request.method == "POST" and "again" in request.form:
        operations.subscribe_again(address, kind)
    elif request.method == "POST":
        operations.unsubscribe(address, kind, now=now())
    db.session.commit()
    known = KINDS.get(kind)
    return render_template(
        "mail/unsubscribe.html",
        address=address,
        label=known.label if known else kind,
        done=request.method == "POST" and "again" not in request.form,
        back="again" in request.form,
    )


def preferences() -> Any:
    """Which mails the signed-in person gets beside those about their own registrations and meetings."""
    user = require_sign_in()
    form = PreferencesForm(data={"wanted": sorted(OPTIONAL - operations.unwanted_kinds(user.email))})
    if form.validate_on_submit():
        for kind in OPTIONAL:
            if kind in (form.wanted.data or ()):
                operations.subscribe_again(user.email, kind)
            else:
                operations.unsubscribe(user.email, kind, now=now())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("mail.preferences"))
    return render_template("mail/preferences.html", form=form), form.status
