"""What gunicorn loads: `gunicorn rbc_events.wsgi:app`."""

from rbc_events.app import create_app

app = create_app()
