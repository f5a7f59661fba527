"""Every route has an authentication before it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.web.auth import open_to_all
from app.web.guard import authentications
from tests.support.console_app import console_app

# What tells a stranger nothing. Who adds a blueprint here says so to whoever reviews it.
OPEN = {"health", "openapi", "console_front"}
# What leads to a page to sign in, and that page.
CONSOLE = {"console", "console_open"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The web service as it is wired, without a server."""
    with console_app(f"sqlite:///{tmp_path_factory.mktemp('guard') / 'ledger.db'}") as app:
        yield app


def test_every_route_has_one(app: Flask) -> None:
    """No route is outside a blueprint, and no blueprint is without an authentication."""
    unguarded = [rule.rule for rule in app.url_map.iter_rules() if blueprint_of(rule) not in authentications(app)]

    assert [] == unguarded


def test_what_is_open_is_known(app: Flask) -> None:
    """Only what is listed here lets everybody in."""
    assert OPEN == {name for name, guard in authentications(app).items() if guard is open_to_all}


def test_a_stranger_is_kept_out(app: Flask) -> None:
    """Without credentials every other route answers 401, by each of its methods."""
    answers = {
        (rule.rule, method): app.test_client().open(path_of(rule), method=method).status_code
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if blueprint_of(rule) not in OPEN | CONSOLE
    }

    assert answers
    assert {401} == set(answers.values()), answers


def test_a_stranger_sees_no_page_of_the_console(app: Flask) -> None:
    """Each leads to the page to sign in, by each of its methods, and what that posts is refused."""
    rules = [rule for rule in app.url_map.iter_rules() if blueprint_of(rule) in CONSOLE]
    answers = {
        (rule.rule, method): app.test_client().open(path_of(rule), method=method)
        for rule in rules
        for method in rule.methods or ()
    }
    shown = {place for place, answer in answers.items() if answer.status_code not in (303, 403)}
    led = {answer.headers["Location"].partition("?")[0] for answer in answers.values() if answer.status_code == 303}

    assert {("/console/sign-in", "GET"), ("/console/sign-in", "HEAD")} == shown
    assert {"/console/sign-in"} == led


def blueprint_of(rule: Rule) -> str:
    return str(rule.endpoint).rpartition(".")[0]


def path_of(rule: Rule) -> str:
    values: dict[str, Any] = dict.fromkeys(rule.arguments, "1")
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]
