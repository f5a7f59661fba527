"""The foreign clients, logged in at a clean sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce

from tests.foreign.loopback import MY_DOMAIN, requests_session
from tests.foreign.simple import LogIn
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def loopback(sandbox: RunningSandbox) -> Iterator[requests.Session]:
    """The session through which simple-salesforce reaches the sandbox."""
    with requests_session(sandbox.url) as session:
        yield session


@pytest.fixture
def log_in(loopback: requests.Session) -> LogIn:
    """simple-salesforce, logging in by itself."""

    def client(**how: Any) -> Any:
        return Salesforce(**{"version": "66.0", "session": loopback, **how})

    return client


@pytest.fixture
def simple(log_in: LogIn) -> Any:
    """simple-salesforce with its own client credentials login, so with its own refresh."""
    return log_in(consumer_key="sandbox", consumer_secret="sandbox", domain=MY_DOMAIN)
