from rbc_events.accounts import mails
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.jobs import huey, in_application


@huey.task()
@in_application
def send_password_link(email: str) -> None:
    mails.send_password_link(email, now=now())
    db.session.commit()


@huey.task()
@in_application
def send_sign_in_link(email: str, target: str) -> None:
    mails.send_sign_in_link(email, target, now=now())
    db.session.commit()
