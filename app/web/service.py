"""The Flask application, made of its blueprints. Each names its authentication where it is made."""

from collections.abc import Callable

from flask import Flask

from app.delivery.accept import Delivery
from app.delivery.current import Current
from app.metrics import Meter
from app.operations.health import Health
from app.web.answers import Answers
from app.web.callbacks import callbacks_blueprint
from app.web.errors import register_errors
from app.web.health import health_blueprint
from app.web.metrics import Exposition, metrics_blueprint
from app.web.requests import register_requests


def build_service(
    current: Current,
    delivery: Delivery,
    answers: Answers,
    health: Health,
    operator: Callable[[], bytes],
    meter: Meter,
    exposition: Exposition,
) -> Flask:
    """The web service. `operator` is the secret that shows how it is, `exposition` what the metrics are."""
    app = Flask("ringback", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    # A redirect or an automatic answer to OPTIONS would be a 3xx or an empty 200, which jtel does not know.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    register_requests(app, meter, lambda: current.get().config.sources)
    register_errors(app, answers)
    # Bearer, the secret of the source.
    app.register_blueprint(callbacks_blueprint(current, delivery, answers))
    # Open to all, and with the operator's secret it says more.
    app.register_blueprint(health_blueprint(health, operator))
    # The operator's secret, as Bearer or as the password of Basic.
    app.register_blueprint(metrics_blueprint(exposition, operator))
    return app
