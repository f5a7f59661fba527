"""The token endpoint."""

import base64
from typing import Any

import pytest
import requests

from tests.sandbox.rest import Rest
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

FORM = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}


def ask(sandbox: RunningSandbox, form: dict[str, str], **options: Any) -> requests.Response:
    return requests.post(f"{sandbox.url}/services/oauth2/token", data=form, timeout=PATIENCE, **options)


@pytest.mark.parametrize("basic", [False, True])
def test_client_credentials_work_in_the_form_and_as_basic(sandbox: RunningSandbox, basic: bool) -> None:
    """Official (OAuth client credentials flow): both ways to send id and secret; no expires_in in the answer."""
    form = {"grant_type": "client_credentials"} if basic else FORM
    secret = base64.b64encode(b"sandbox:sandbox").decode()
    answer = ask(sandbox, form, headers={"Authorization": f"Basic {secret}"} if basic else {})
    body = answer.json()
    assert answer.status_code == 200
    assert body["access_token"].startswith("00D")
    assert body["access_token"][15] == "!"
    assert body["instance_url"] == sandbox.url
    assert body["token_type"] == "Bearer"
    assert set(body) == {"access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"}


@pytest.mark.parametrize(
    ("change", "error", "description"),
    [
        ({"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        ({"client_id": "wrong"}, "invalid_client_id", "client identifier invalid"),
        ({"grant_type": "magic"}, "unsupported_grant_type", "grant type not supported"),
        ({"grant_type": "password"}, "invalid_grant", "authentication failure"),
    ],
)
def test_refusals_are_400_with_a_json_object(
    sandbox: RunningSandbox, change: dict[str, str], error: str, description: str
) -> None:
    """Official (OAuth error codes); the password flow is blocked in orgs since Summer '23."""
    answer = ask(sandbox, {**FORM, **change})
    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}


def test_without_an_active_run_as_user_nobody_is_logged_in(sandbox: RunningSandbox) -> None:
    """The flow needs a Run As user; its session dies with the user."""
    sandbox.org("deactivate-user", user="ringback")
    assert ask(sandbox, FORM).json() == {
        "error": "invalid_grant",
        "error_description": "no client credentials user enabled",
    }


def test_too_many_logins_in_an_hour_are_refused(sandbox: RunningSandbox) -> None:
    """Official (KA 000381578): 3,600 logins per user and hour, then "login rate exceeded"."""
    sandbox.org("setting", login_limit=2)
    answers = [ask(sandbox, FORM) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 400]
    assert answers[2].json()["error_description"] == "login rate exceeded"


@pytest.mark.parametrize("parameter", ["access_token", "oauth_token"])
def test_the_identity_address_takes_the_token_as_parameter(rest: Rest, sandbox: RunningSandbox, parameter: str) -> None:
    """Seen of jsforce, which sends `oauth_token` and no header; a wrong token is a 403 in plain words."""
    address = rest.get("/services/oauth2/userinfo")["sub"]
    assert address == requests.get(address, params={parameter: sandbox.token()}, timeout=PATIENCE).json()["sub"]
    refused = requests.get(address, params={parameter: "wrong"}, timeout=PATIENCE)
    assert (403, "Bad_OAuth_Token") == (refused.status_code, refused.text)


def test_the_identity_is_only_that_of_oneself(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (identity URLs: errors): in plain words, whose identity was asked for decides."""
    own = rest.get("/services/oauth2/userinfo")
    org, user, other = own["organization_id"], own["user_id"], rest.id_of("User", "Anna Berger")
    in_short = rest.http.get(f"{sandbox.url}/id/{org[:15]}/{user[:15]}", timeout=PATIENCE)
    assert in_short.json()["user_id"] == user
    for path, refusal in {
        f"/id/{org}/{other}": (404, "No_Access"),
        f"/id/nowhere/{user}": (404, "Bad_Id"),
        f"/id/00D000000000009/{user}": (403, "Wrong_Org"),
        f"/id/{org}/nobody": (404, "Bad_Id"),
        f"/id/{org}/{rest.id_of('Contact', 'Clara Neumann')}": (404, "Bad_Id"),
    }.items():
        answer = rest.http.get(sandbox.url + path, timeout=PATIENCE)
        assert (answer.status_code, answer.text) == refusal, path
    assert requests.get(f"{sandbox.url}/id/{org}/{user}", timeout=PATIENCE).text == "Missing_OAuth_Token"


@pytest.mark.parametrize("basic", [False, True])
def test_a_token_is_introspected(rest: Rest, sandbox: RunningSandbox, basic: bool) -> None:
    """Official (OpenID Connect token introspection): aio-sf asks for `exp` before it takes a login for one."""
    token = {"token": sandbox.token(), "token_type_hint": "access_token"}
    client = {"client_id": "sandbox", "client_secret": "sandbox"}
    auth = ("sandbox", "sandbox") if basic else None
    address = f"{sandbox.url}/services/oauth2/introspect"
    state = requests.post(address, data=token if basic else {**token, **client}, auth=auth, timeout=PATIENCE).json()
    assert (state["active"], state["username"]) == (True, "integration@sandbox.example")
    assert state["sub"] == rest.get("/services/oauth2/userinfo")["sub"]
    assert state["iat"] < state["exp"] <= state["iat"] + 7200
    ended = requests.post(address, data={"token": "ended", **client}, timeout=PATIENCE)
    assert (200, {"active": False}) == (ended.status_code, ended.json())
    refused = requests.post(address, data=token, auth=("sandbox", "wrong"), timeout=PATIENCE)
    assert (401, "invalid_client") == (refused.status_code, refused.json()["error"])


def test_userinfo_names_the_user_and_the_org(rest: Rest) -> None:
    """Official (OpenID Connect userinfo): what `sf org login access-token` reads first."""
    info = rest.get("/services/oauth2/userinfo")
    assert info["preferred_username"] == "integration@sandbox.example"
    assert info["organization_id"].startswith("00D")
    assert info["user_id"].startswith("005")
    # sf-toolkit fails to log in without these.
    assert {"photos", "profile", "picture", "address", "utcOffset", "updated_at"} <= set(info)


def test_soap_login_is_refused_as_in_a_new_org(sandbox: RunningSandbox) -> None:
    """Official (SOAP login): off in orgs since Winter '26, and not there at all from API 65.0."""
    old, new = (
        requests.post(f"{sandbox.url}/services/Soap/u/{version}", data="<x/>", timeout=PATIENCE)
        for version in ("64.0", "66.0")
    )
    assert old.status_code == new.status_code == 500
    assert "disabled by default" in old.text
    assert "not available in the API version specified (66.0)" in new.text
