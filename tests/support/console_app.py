"""The web service with a console as it is wired, without a server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from tests.support.console_users import console_environment

ROOT = Path(__file__).parents[2]


def settings_for(database: str) -> Mapping[str, str]:
    """The environment of such a service."""
    return {
        "RINGBACK_CRM": "sandbox",
        "RINGBACK_CHECK_CRM": "false",
        "RINGBACK_SECRET": "a-secret-of-this-test-that-is-long-enough",
        "RINGBACK_CONFIG": str(ROOT / "config/ringback.yaml"),
        "DATABASE_URL": database,
        **console_environment(),
    }


@contextmanager
def console_app(database: str, **more: str) -> Iterator[Flask]:
    """A service with this database; `more` settings count before the usual ones."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**settings_for(database), **more}.items():
            patch.setenv(name, value)
        app = create_app()
        yield app
        app.extensions["ringback"].database.close()
