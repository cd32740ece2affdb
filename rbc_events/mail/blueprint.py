"""The addresses of `mail`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events.events import event_page
from rbc_events.events.waiting import Waiting, for_staff, rows_that_wait
from rbc_events.labels import add_labels
from rbc_events.mail import copying as _copying  # noqa: F401 - events call it
from rbc_events.mail import labels, routes
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.web import FORM, POST

blueprint = Blueprint("mail", __name__)
add = blueprint.add_url_rule

add("/manage/events/<key>/mail", "messages", routes.messages)
add("/manage/mail", "other_messages", routes.other_messages)
add("/manage/events/<key>/mail/<int:number>/again", "again", routes.again, methods=POST)
add("/manage/mail/<int:number>/again", "other_again", routes.other_again, methods=POST)
add("/manage/events/<key>/mail/texts", "wordings", routes.wordings)
add("/manage/events/<key>/mail/texts/<kind>", "wording", routes.wording, methods=FORM)
add("/settings/mails", "preferences", routes.preferences, methods=FORM)
add("/unsubscribe/<token>", "unsubscribe", routes.unsubscribe, methods=FORM)

add_labels(labels.DELIVERIES, labels.CAUSES)

event_page.staff_tabs.add(90, "mail.messages", _l("Mail"))
for_staff.put(
    70,
    Waiting(
        rows_that_wait(OutboxMessage, OutboxMessage.state.in_([Delivery.FAILED, Delivery.BOUNCED])),
        lambda number: ngettext("%(num)d mail did not arrive", "%(num)d mails did not arrive", number),
        "mail.messages",
    ),
)
