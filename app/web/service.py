"""The Flask application, made of its blueprints. Each names its authentication where it is made."""

from collections.abc import Mapping

from flask import Flask

from app.delivery.accept import Delivery
from app.domain.source import Source
from app.web.answers import Answers
from app.web.auth import Secrets
from app.web.callbacks import callbacks_blueprint
from app.web.errors import register_errors
from app.web.requests import register_requests


def build_service(sources: Mapping[str, Source], secrets: Secrets, delivery: Delivery, answers: Answers) -> Flask:
    """The web service for these sources."""
    app = Flask("ringback", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    # A redirect or an automatic answer to OPTIONS would be a 3xx or an empty 200, which jtel does not know.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    register_requests(app)
    register_errors(app, answers)
    app.register_blueprint(callbacks_blueprint(sources, secrets, delivery, answers))
    return app
