"""Every route has an authentication before it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from app.web.auth import open_to_all
from app.web.guard import authentications

# What tells a stranger nothing. Who adds a blueprint here says so to whoever reviews it.
OPEN = {"health", "openapi"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The web service as it is wired, without a server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGBACK_CRM", "sandbox")
        patch.setenv("RINGBACK_CHECK_CRM", "false")
        patch.setenv("RINGBACK_SECRET", "a-secret-of-this-test-that-is-long-enough")
        patch.setenv("RINGBACK_CONFIG", str(Path(__file__).parents[2] / "config/ringback.yaml"))
        patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('guard') / 'ledger.db'}")
        app = create_app()
        yield app
        app.extensions["ringback"].database.close()


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
        if blueprint_of(rule) not in OPEN
    }

    assert answers
    assert {401} == set(answers.values()), answers


def blueprint_of(rule: Rule) -> str:
    return str(rule.endpoint).rpartition(".")[0]


def path_of(rule: Rule) -> str:
    values: dict[str, Any] = dict.fromkeys(rule.arguments, "1")
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]
