"""Who a token belongs to and how long it lives, and giving a token back."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.grants import CLIENT_ID, GrantError, check_client
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.instance import Instance

TOKEN_PARAMETERS = ("access_token", "oauth_token")
"""How a token may be presented instead of the header: OpenID's name, and the older one that jsforce sends."""


def identity_blueprint(instance: Instance) -> Blueprint:
    """userinfo, the identity address that a token answer names, introspection and revoke."""
    blueprint = Blueprint("identity", __name__)

    @blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
    def userinfo() -> Response:
        return _identity(instance)

    @blueprint.get("/id/<org_id>/<user_id>")
    def identity(org_id: str, user_id: str) -> Response:
        return _identity(instance, (org_id, user_id))

    @blueprint.post("/services/oauth2/introspect")
    def introspect() -> tuple[Response, int]:
        try:
            check_client(request)
        except GrantError as problem:
            return jsonify(error=problem.error, error_description=problem.description), 401
        return jsonify(_state_of(instance, request.form.get("token", ""))), 200

    @blueprint.route("/services/oauth2/revoke", methods=["GET", "POST"])
    def revoke() -> Response:
        if instance.sessions.end(request.values.get("token", "")):
            return Response("", 200)
        return Response('{"error":"unsupported_token_type"}', 400, content_type="application/json")

    return blueprint


def _state_of(instance: Instance, token: str) -> dict[str, Any]:
    """What introspection tells of a token; of one that does not live, only that."""
    try:
        user_id = instance.sessions.user_of(f"Bearer {token}")
    except SalesforceError:
        return {"active": False}
    user, begun = instance.store.get(user_id), int(time.time())
    return {
        "active": True,
        "scope": "api",
        "client_id": CLIENT_ID,
        "username": user.fields["Username"] if user else None,
        "sub": f"{request.host_url}id/{instance.org_id}/{user_id}",
        "token_type": "access_token",
        "exp": int(instance.sessions.ends_at(token)),
        "iat": begun,
        "nbf": begun,
    }


def _identity(instance: Instance, asked: tuple[str, str] | None = None) -> Response:
    """Whom the token belongs to; who asks for another org's or user's identity is refused."""
    presented = next((request.values[name] for name in TOKEN_PARAMETERS if request.values.get(name)), None)
    header = f"Bearer {presented}" if presented else request.headers.get("Authorization")
    try:
        user = instance.store.get(instance.sessions.user_of(header))
    except SalesforceError:
        return _refusal("Bad_OAuth_Token" if header else "Missing_OAuth_Token", 403)
    fields = user.fields if user else {}
    if asked and (problem := _not_own(instance, str(fields["Id"]), *asked)):
        return problem
    return _about(instance, fields)


def _about(instance: Instance, fields: Mapping[str, Any]) -> Response:
    origin = request.host_url.rstrip("/")
    rest = f"{origin}/services/data/v{{version}}/"
    return jsonify(
        sub=f"{origin}/id/{instance.org_id}/{fields['Id']}",
        id=f"{origin}/id/{instance.org_id}/{fields['Id']}",
        user_id=fields["Id"],
        organization_id=instance.org_id,
        preferred_username=fields["Username"],
        username=fields["Username"],
        nickname=fields["CommunityNickname"],
        nick_name=fields["CommunityNickname"],
        name=fields["Name"],
        display_name=fields["Name"],
        email=fields["Email"],
        email_verified=True,
        given_name=fields.get("FirstName"),
        family_name=fields["LastName"],
        zoneinfo=fields["TimeZoneSidKey"],
        active=fields["IsActive"],
        user_type="STANDARD",
        language=fields["LanguageLocaleKey"],
        locale=fields["LocaleSidKey"],
        profile=f"{origin}/{fields['Id']}",
        picture=None,
        photos={},
        address={"country": "DE"},
        utcOffset=3_600_000,
        updated_at=fields["LastModifiedDate"],
        urls={"rest": rest, "sobjects": rest + "sobjects/", "query": rest + "query/", "search": rest + "search/"},
    )


def _not_own(instance: Instance, own_id: str, org_id: str, user_id: str) -> Response | None:
    org, user = normalise(org_id), instance.store.get(normalise(user_id) or "")
    if org is None or user is None or user.object != "User":
        return _refusal("Bad_Id", 404)
    if org != instance.org_id:
        return _refusal("Wrong_Org", 403)
    return None if user.id == own_id else _refusal("No_Access", 404)


def _refusal(word: str, status: int) -> Response:
    return Response(word, status, content_type="text/html;charset=UTF-8")
