"""The sandbox as one WSGI app: a Salesforce and a jtel, with one file for their records. Wiring only."""

from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from app.sandbox.jtel.control import jtel_control_blueprint
from app.sandbox.jtel.pages import jtel_pages_blueprint
from app.sandbox.jtel.phone_system import PhoneSystem
from app.sandbox.jtel.rest import jtel_rest_blueprint
from app.sandbox.jtel.ringback import RingbackAddress
from app.sandbox.salesforce import no_such_service
from app.sandbox.salesforce.control import control_blueprint
from app.sandbox.salesforce.identity import identity_blueprint
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.oauth import oauth_blueprint
from app.sandbox.salesforce.pages import pages_blueprint
from app.sandbox.salesforce.rest import rest_blueprint
from app.sandbox.salesforce.soap import soap_blueprint
from app.sandbox.salesforce.wire import Wire
from app.sandbox.shown_time import shown_time

# The pages have no script and need none.
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def create_application(database: Path, ringback: RingbackAddress) -> Flask:
    """Salesforce and jtel; their data lives in the given file. `ringback` is what jtel calls."""
    app = Flask("app.sandbox")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_error_handler(HTTPException, no_such_service)
    app.after_request(_guard_pages)
    app.add_template_filter(shown_time)
    # Where the pages lead to what Ringback shows of the callbacks.
    app.jinja_env.globals["console"] = f"{ringback.url}/console/" if ringback.url else ""
    instance = Instance(database)
    phones = PhoneSystem(database, ringback)
    instance.on_reset = phones.reset
    for blueprint in (rest_blueprint, oauth_blueprint, identity_blueprint, control_blueprint, pages_blueprint):
        app.register_blueprint(blueprint(instance))
    app.register_blueprint(soap_blueprint())
    app.register_blueprint(jtel_rest_blueprint(phones, instance.faults))
    app.register_blueprint(jtel_control_blueprint(phones))
    app.register_blueprint(jtel_pages_blueprint(phones))
    app.wsgi_app = Wire(app.wsgi_app, instance)  # type: ignore[method-assign]
    return app


def _guard_pages(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
    return response
