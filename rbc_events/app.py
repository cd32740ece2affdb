"""The application factory. It only wires: what each part does is in its own package."""

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from rbc_events import config as configuration
from rbc_events import tasks as _tasks  # noqa: F401 - what a request commits wakes the worker
from rbc_events.accounts.routes.signing_in import login_manager
from rbc_events.audit import init_audit
from rbc_events.config import Config
from rbc_events.database import db
from rbc_events.features import FEATURES
from rbc_events.form_request import FormRequest
from rbc_events.i18n import init_i18n
from rbc_events.logs import init_logs
from rbc_events.web import init_web


def create_bare_app(config: Config) -> Flask:
    """Database and languages without the pages, a tenth of a second sooner: for a process that answers no request."""
    app = Flask("rbc_events", template_folder=str(configuration.TEMPLATES), static_folder=str(configuration.STATIC))
    app.config.update(config.flask(), RBC_PACKAGE=Path(__file__).parent)
    app.request_class = FormRequest
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        # In the user's own temporary folder: the first visitor after a start need not wait for compiling.
        "bytecode_cache": FileSystemBytecodeCache(),
    }
    db.init_app(app)
    init_audit(app)
    init_i18n(app)
    return app


def create_app(config: Config | None = None) -> Flask:
    """The web application for one configuration (by default, the environment's)."""
    config = config or Config.from_environment()
    app = create_bare_app(config)
    init_web(app)
    login_manager.init_app(app)
    for feature in FEATURES:
        app.register_blueprint(feature)
    init_logs(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(configuration.STATIC), prefix="static/", max_age=31_536_000, autorefresh=config.debug
    )
    if config.trusted_proxies:  # not x_host: an address in a mail comes from RBC_BASE_URL, and a proxy passes Host on
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies, x_host=0, x_prefix=0
        )
    return app
