"""What gunicorn loads: `gunicorn rbc_events.wsgi:app`."""

import gc

gc.disable()  # nothing of what is loaded here is garbage: looking for it would take a tenth of the start

from rbc_events.config import Config  # noqa: E402
from rbc_events.private_files import keep_files_private  # noqa: E402
from rbc_events.samples.refusing import refuse_sample_accounts  # noqa: E402

config = Config.from_environment()
keep_files_private(config)  # before the import below, which opens the job queue
refuse_sample_accounts(config)

from rbc_events.app import create_app  # noqa: E402
from rbc_events.logs import write_log  # noqa: E402

write_log(config.log_level)
app = create_app(config)

# All of it stays for good: the garbage collector need not walk through it at every look.
gc.freeze()
gc.enable()
