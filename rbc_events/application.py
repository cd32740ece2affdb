"""What operations ask of the running application, wherever they run: in a request, a task or a command.

Nothing here says who asks or how: that comes to operations as arguments.
"""

from typing import Any

from flask import current_app, url_for

from rbc_events.config import Config


def settings() -> Config:
    config: Config = current_app.config["RBC"]
    return config


def absolute_url(endpoint: str, **values: Any) -> str:
    """An address for a mail, on the configured host: never on the one that the request named."""
    base = settings().base_url
    with current_app.test_request_context(base_url=base):
        return f"{base}{url_for(endpoint, **values)}"


def render(template: str, **values: Any) -> str:
    """A template with these values alone: what it says is the same whoever is signed in, and where nobody is."""
    return current_app.jinja_env.get_template(template).render(**values)
