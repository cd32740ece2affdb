"""What an event's copy has of its mails: their wording."""

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.copying import Copying, copies
from rbc_events.mail.models import MailText


@copies
def copy_wording(copying: Copying) -> None:
    for text in db.session.scalars(select(MailText).filter_by(event_id=copying.event.id)):
        fields = {name: getattr(text, name) for name in ("kind", "language", "subject", "body")}
        db.session.add(MailText(event_id=copying.copy.id, **fields))
