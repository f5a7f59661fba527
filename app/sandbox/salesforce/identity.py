"""Who a token belongs to, and giving a token back."""

from flask import Blueprint, Response, jsonify, request

from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.instance import Instance

TOKEN_PARAMETERS = ("access_token", "oauth_token")
"""How a token may be presented instead of the header: OpenID's name, and the older one that jsforce sends."""


def identity_blueprint(instance: Instance) -> Blueprint:
    """userinfo, the identity address that a token answer names, and revoke."""
    blueprint = Blueprint("identity", __name__)

    @blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
    def userinfo() -> Response:
        return _identity(instance)

    @blueprint.get("/id/<_org_id>/<_user_id>")
    def identity(_org_id: str, _user_id: str) -> Response:
        return _identity(instance)

    @blueprint.route("/services/oauth2/revoke", methods=["GET", "POST"])
    def revoke() -> Response:
        if instance.sessions.end(request.values.get("token", "")):
            return Response("", 200)
        return Response('{"error":"unsupported_token_type"}', 400, content_type="application/json")

    return blueprint


def _identity(instance: Instance) -> Response:
    try:
        presented = next((request.values[name] for name in TOKEN_PARAMETERS if request.values.get(name)), None)
        header = f"Bearer {presented}" if presented else request.headers.get("Authorization")
        user = instance.store.get(instance.sessions.user_of(header))
    except SalesforceError:
        return Response("Bad_OAuth_Token", 403, content_type="text/html;charset=UTF-8")
    fields = user.fields if user else {}
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
        urls={"rest": rest, "sobjects": rest + "sobjects/", "query": rest + "query/", "search": rest + "search/"},
    )
