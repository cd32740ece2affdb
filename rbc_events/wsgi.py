"""What gunicorn loads: `gunicorn rbc_events.wsgi:app`."""

import gc

gc.disable()  # nothing of what is loaded here is garbage: looking for it would take a tenth of the start

from rbc_events.app import create_app  # noqa: E402

app = create_app()

# All of it stays for good: the garbage collector need not walk through it at every look.
gc.freeze()
gc.enable()
