"""/services/oauth2/token: access tokens."""

import base64
import hashlib
import hmac
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.grants import GrantError, user_for
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.sessions import LoginRateExceededError
from app.sandbox.salesforce.wire import ERROR, raw_target

SIGNING_KEY = b"sandbox"


def oauth_blueprint(instance: Instance) -> Blueprint:
    """The token endpoint."""
    blueprint = Blueprint("oauth", __name__)

    @blueprint.route("/services/oauth2/token", methods=["GET", "POST"])
    def token() -> tuple[Response, int]:
        try:
            _meet_faults(instance)
            user_id = user_for(instance, request)
            return jsonify(_grant(instance, user_id)), 200
        except SalesforceError as planned:
            return jsonify(error=planned.code, error_description=str(planned)), planned.status
        except LoginRateExceededError:
            return jsonify(error="invalid_grant", error_description="login rate exceeded"), 400
        except GrantError as problem:
            return jsonify(error=problem.error, error_description=problem.description), 400

    return blueprint


def _meet_faults(instance: Instance) -> None:
    planned = request.environ.get(ERROR)
    if isinstance(planned, SalesforceError):
        raise planned
    instance.faults.check_record(request.method, raw_target(request.environ))


def _grant(instance: Instance, user_id: str) -> dict[str, Any]:
    origin = request.host_url.rstrip("/")
    identity, issued = f"{origin}/id/{instance.org_id}/{user_id}", str(int(time.time() * 1000))
    signature = hmac.new(SIGNING_KEY, (identity + issued).encode(), hashlib.sha256).digest()
    return {
        "access_token": instance.sessions.open(user_id, instance.org_id),
        "signature": base64.b64encode(signature).decode(),
        "scope": "api",
        "instance_url": origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
    }
