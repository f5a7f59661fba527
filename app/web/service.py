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
    register_requests(app)
    register_errors(app, answers)
    app.register_blueprint(callbacks_blueprint(sources, secrets, delivery, answers))
    return app
