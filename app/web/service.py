"""The Flask application, made of its blueprints. Each names its authentication where it is made."""

from collections.abc import Callable

from flask import Flask

from app.delivery.request.accept import Delivery
from app.delivery.served.taking import CallTaking
from app.metrics import Meter
from app.operations.health import Health
from app.operations.way_back.way_back import WayBack
from app.rules_in_force.in_force import InForce
from app.version import version
from app.web.answers import Answers
from app.web.auth import Door, Secrets, SourceAuthentication, open_to_all
from app.web.callbacks import callbacks_blueprint
from app.web.connected import connected_blueprint
from app.web.errors import register_errors
from app.web.guard import register
from app.web.health import health_blueprint
from app.web.metrics import Exposition, metrics_blueprint
from app.web.openapi import openapi_blueprint
from app.web.operator import OperatorAuthentication
from app.web.requests import register_requests
from app.web.way_back import way_back_blueprint


def build_service(
    in_force: InForce,
    delivery: Delivery,
    calls: CallTaking,
    answers: Answers,
    health: Health,
    operator: Callable[[], Secrets],
    meter: Meter,
    exposition: Exposition,
    way_back: WayBack,
    flow: Door,
) -> Flask:
    """The web service. `operator` gives the secrets that show how it is, `exposition` what the metrics are.

    By `flow` those come in who ask for callbacks by the way back.
    """
    app = Flask("ringback", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    # A redirect or an automatic answer to OPTIONS would be a 3xx or an empty 200, which jtel does not know.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    register_requests(app, meter, lambda: in_force.loaded.config.sources)
    register_errors(app, answers)
    by_operator = OperatorAuthentication(operator)
    by_source = SourceAuthentication(in_force, answers)
    register(app, callbacks_blueprint(delivery, answers), by_source)
    register(app, connected_blueprint(calls, answers), by_source)
    register(app, way_back_blueprint(way_back, answers), SourceAuthentication(in_force, answers, flow))
    # Whoever shows the operator's secret is told more.
    register(app, health_blueprint(health, by_operator), open_to_all)
    register(app, metrics_blueprint(exposition), by_operator)
    # It says what every Ringback says.
    register(app, openapi_blueprint(version()), open_to_all)
    return app
