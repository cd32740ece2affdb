"""Who may meet whom at an event: the rules, in words, and the group of an organisation."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from rbc_events import cells
from rbc_events.database import db
from rbc_events.editing import EditForm, OneOfSeveral, SentForm
from rbc_events.events.access import load_managed_event
from rbc_events.form_fields import reads
from rbc_events.registration import pairing
from rbc_events.registration.fields import tidy
from rbc_events.registration.models import Registration


class MeetingRuleForm(SentForm):
    one = SelectField(_l("These organisations"))
    together = RadioField(
        _l("Rule"),
        [InputRequired()],
        choices=[SelectChoice("y", _l("meet")), SelectChoice("n", _l("don't meet"))],
        default="y",
    )
    other = SelectField(_l("these organisations"))

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        super().__init__()
        self.one.choices = self.other.choices = [SelectChoice(code, words) for code, words in choices]


class GroupForm(OneOfSeveral, EditForm):
    group_name = StringField(
        _l("Group at the event"),
        [reads(cells.text(60))],
        filters=[tidy],
        description=_l("Any word, such as the name of a delegation. Rules who may meet whom can name groups."),
        render_kw={"list": "groups"},
    )


def group_form(registration: Registration) -> GroupForm:
    return GroupForm(data={"group_name": registration.group_name})


def rules(key: str) -> Any:
    event = load_managed_event(key)
    form = MeetingRuleForm(pairing.choices_of(event))
    if form.validate_on_submit():
        one, other = pairing.Side.read(form.one.data), pairing.Side.read(form.other.data)
        together = form.together.data == "y"
        if form.carry_out(lambda: pairing.add_rule(event, one, other, together=together), {pairing.RuleTwice: "other"}):
            flash(_("The rule holds from now on."), "success")
            return redirect(url_for("registration.meeting_rules", key=key))
        event = load_managed_event(key)
    page = render_template(
        "registration/meeting_rules.html", event=event, form=form, rules=pairing.rules_in_words(event)
    )
    return page, form.status


def remove(key: str, number: int) -> Any:
    event = load_managed_event(key)
    rule = next((rule for rule in event.meeting_rules if rule.id == number), None)
    if rule is None:
        abort(404)
    pairing.remove_rule(event, rule)
    db.session.commit()
    flash(_("The rule is gone."), "success")
    return redirect(url_for("registration.meeting_rules", key=key))
