from rbc_events.accounts import mails
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.jobs import huey, worker_app


@huey.task()
def send_password_link(email: str) -> None:
    with worker_app().app_context():
        mails.send_password_link(email, now=now())
        db.session.commit()
