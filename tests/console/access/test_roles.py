"""What a viewer may do, and what only an operator may."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from app.console.access.roles import operators, role_needed, viewers
from app.operations.console_settings import Role
from tests.support.console_app import console_app
from tests.support.console_users import OPERATOR, VIEWER

# What viewers may post. A search changes nothing: it is posted so that no number stands in an address.
FOR_VIEWERS = {"/console/sign-out", "/console/callbacks/search"}
# Pages that only operators see.
FOR_OPERATORS = {"/console/audit", "/console/try", "/console/callbacks/1/forget"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The web service as it is wired, with a console."""
    with console_app(f"sqlite:///{tmp_path_factory.mktemp('roles') / 'ledger.db'}") as app:
        yield app


def signed_in(app: Flask, name: str, password: str) -> tuple[FlaskClient, str]:
    """A client that is signed in, and the token of its forms."""
    client = app.test_client()
    client.post("/console/sign-in", data={"csrf_token": token_of(client), "name": name, "password": password})
    return client, token_of(client, "/console/audit" if name == OPERATOR[0] else "/console/")


def token_of(client: FlaskClient, path: str = "/console/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', client.get(path).text)
    assert found
    return found[1]


def routes(app: Flask, method: str) -> set[str]:
    """The paths of the pages, with something in the place of what varies."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]
    built = [
        rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
        for rule in rules
        if method in (rule.methods or ())
    ]
    return {path for _, path in filter(None, built)} - {"/console/1"}


def test_a_viewer_changes_nothing(app: Flask) -> None:
    """Whatever can be posted, but for what is named here, is refused, even with the right token."""
    client, token = signed_in(app, *VIEWER)
    answers = {
        path: client.post(path, data={"csrf_token": token}).status_code for path in routes(app, "POST") - FOR_VIEWERS
    }

    assert set(answers.values()) <= {403}, answers


def test_a_viewer_sees_only_what_is_for_viewers(app: Flask) -> None:
    client, _ = signed_in(app, *VIEWER)
    refused = {path for path in routes(app, "GET") if client.get(path).status_code == 403}

    assert refused == FOR_OPERATORS & routes(app, "GET")


def test_an_operator_sees_all(app: Flask) -> None:
    client, _ = signed_in(app, *OPERATOR)

    assert 403 not in {client.get(path).status_code for path in routes(app, "GET")}


def view(**_: Any) -> str:
    return role_needed().value


@pytest.mark.parametrize(
    ("marked", "method", "needed"),
    [
        (view, "GET", Role.VIEWER),
        (view, "HEAD", Role.VIEWER),
        (view, "POST", Role.OPERATOR),
        (view, "DELETE", Role.OPERATOR),
        (viewers(lambda: role_needed().value), "POST", Role.VIEWER),
        (operators(lambda: role_needed().value), "GET", Role.OPERATOR),
    ],
)
def test_what_says_nothing_is_careful(marked, method: str, needed: Role) -> None:
    """A view that forgets to say who may ask for it lets no viewer change anything."""
    app, blueprint = Flask("test"), Blueprint("test", __name__)
    needs = []
    blueprint.before_request(lambda: needs.append(role_needed()))
    blueprint.add_url_rule("/", view_func=marked, endpoint="view", methods=["GET", "POST", "DELETE"])
    app.register_blueprint(blueprint)
    app.test_client().open("/", method=method)

    assert needs == [needed]
