"""What goes wrong in the console is told as a page, and goes wrong nowhere else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.console import blueprint as pages
from app.console.services import Console
from app.ledger.database import LedgerError
from tests.console.access.test_roles import signed_in
from tests.support.console_app import console_app
from tests.support.console_users import OPERATOR, VIEWER

BODY = {"AcdEventsID": 4711, "CallbackNumber": "4930901820", "Subject": "Offer"}
SECRET = {"Authorization": "Bearer a-secret-of-this-test-that-is-long-enough"}


class WrongError(Exception):
    """A bug of a page."""


def add_broken(blueprint: Any, console: Console) -> None:
    for path, error in (("/broken", WrongError("secret-text")), ("/away", LedgerError("secret-text"))):

        def view(error: Exception = error) -> str:
            raise error

        blueprint.add_url_rule(path, path.strip("/"), view)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A console with pages that fail."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "PAGES", (*pages.PAGES, add_broken))
        with console_app(f"sqlite:///{tmp_path_factory.mktemp('errors') / 'ledger.db'}") as app:
            yield app


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("/console/nowhere", 404, "no such page"),
        ("/console/nowhere/at/all", 404, "no such page"),
        ("/console/audit", 403, "Only operators"),
        ("/console/broken", 500, "Something went wrong"),
        ("/console/away", 503, "cannot reach its database"),
    ],
)
def test_it_is_a_page(app: Flask, path: str, code: int, says: str) -> None:
    """With the way back, the request's id and the same guards; without what the error says of itself."""
    client, _ = signed_in(app, *VIEWER)
    answer = client.get(path)

    assert (answer.status_code, answer.mimetype) == (code, "text/html")
    assert says in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert 'href="/console/"' in answer.text
    assert "secret-text" not in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_callback_is_taken_all_the_same(app: Flask) -> None:
    """After any number of faults."""
    client, _ = signed_in(app, *OPERATOR)
    for _ in range(20):
        assert client.get("/console/broken").status_code == 500

    answer = app.test_client().post("/callbacks", data=json.dumps(BODY), headers=SECRET)

    # There is no Salesforce here, and no engine: that is all that is wrong.
    assert (answer.mimetype, answer.get_json()["reason"]) == ("application/json", "engine_not_running")


@pytest.mark.parametrize(
    ("method", "path", "accept", "code"),
    [
        ("GET", "/nowhere", "text/html", 404),
        ("GET", "/callbacks", "text/html", 401),
        ("GET", "/", "*/*", 404),
        ("GET", "/", "application/json", 404),
        ("POST", "/", "text/html", 404),
        ("GET", "/consoles", "text/html", 404),
    ],
)
def test_elsewhere_all_is_json(app: Flask, method: str, path: str, accept: str, code: int) -> None:
    answer = app.test_client().open(path, method=method, headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (code, "application/json")


def test_browsers_are_led_to_the_console(app: Flask) -> None:
    answer = app.test_client().get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")


@pytest.mark.parametrize(("path", "size"), [("/console/sign-in", 20_000), ("/console/try", 1_100_000)])
def test_a_form_has_an_end(app: Flask, path: str, size: int) -> None:
    """A stranger's is the shorter one."""
    client, token = signed_in(app, *OPERATOR)

    assert client.post(path, data={"csrf_token": token, "name": "x" * size}).status_code == 413
