"""The mails about support cases. What people typed is shown in them as words, never as a link."""

from datetime import datetime

from flask_babel import gettext as _

from rbc_events.accounts.mails import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.cases.models import CaseApproval
from rbc_events.i18n import in_language
from rbc_events.mail.kinds import as_typed
from rbc_events.outbox.operations import Letter, queue


def ask_for_approval(approval: CaseApproval, token: str, *, now: datetime) -> None:
    """Ask a party for its consent. The link lets in whoever has it, so the mail's text isn't kept once it is sent."""
    link = absolute_url("cases.approval", token=token)
    with in_language(approval.language):
        title = as_typed("title", approval.version.text["title"][approval.language])
        body = _(
            "Dear %(name)s,\n\n"
            "we would like to tell publicly what has come of your meetings: “%(title)s”.\n\n"
            "Please read the text, in Japanese and English, and tell us whether we may publish it. It is published "
            "only when every party has agreed to this very text. No log-in is needed:\n\n%(link)s\n\n"
            "Please keep this mail: by the same link you can take your consent back at any time, and the text is then "
            "withdrawn at once. Whoever has this mail can answer for you.",
            name=as_typed("name", approval.recipient_name),
            title=title,
            link=link,
        )
        letter = Letter(
            occasion=f"case-approval:{approval.token_hash}",
            kind="case_approval",
            recipient=Person(name=approval.recipient_name, address=approval.recipient),
            language=approval.language,
            subject=_("May we publish this text? %(title)s", title=title),
            text=body,
            links=frozenset({link}),
            secret=True,
        )
    queue([letter], now=now)
