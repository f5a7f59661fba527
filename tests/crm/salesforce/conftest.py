"""The Salesforce room, in this process, talking to the sandbox over HTTP."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.crm.salesforce import Client, ClientCredentials, Credentials, ExternalIds, Login, SalesforceCrm, build_http
from app.crm.salesforce.external_ids import KeptInMemory
from tests.support.internet import Internet
from tests.support.sandbox import RunningSandbox

VERSION = "66.0"


@dataclass(frozen=True)
class Rooms:
    """The parts, for tests that need one of them."""

    crm: SalesforceCrm
    client: Client
    login: Login


class AllKnown(KeptInMemory):
    """Servers that describe nothing need not be asked."""

    def seen_at(self, org: str, object_name: str, field: str) -> float | None:
        return time.time()


@pytest.fixture
def connect(sandbox: RunningSandbox) -> Callable[..., Rooms]:
    """Makes a connection of its own: `connect(secret="wrong", origin="http://127.0.0.1:1")`."""

    def make(
        secret: str = "sandbox",
        origin: str | None = None,
        credentials: Credentials | None = None,
        pace: float = 1.0,
    ) -> Rooms:
        http = build_http(20, origin or sandbox.url)
        login = Login(credentials or ClientCredentials("acme.my", "sandbox", secret), http, VERSION)
        client = Client(login, VERSION, "jtel_AcdEventsID__c")
        external_ids = ExternalIds(client, AllKnown()) if origin else None
        return Rooms(SalesforceCrm(client, pace, external_ids), client, login)

    return make


@pytest.fixture
def rooms(connect: Callable[..., Rooms]) -> Rooms:
    return connect()


@pytest.fixture
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Internet]]:
    """Makes servers on this machine, each for itself."""
    with ExitStack() as servers:
        yield lambda: servers.enter_context(Internet(tmp_path_factory.mktemp("internet")))


@pytest.fixture
def internet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """All hosts of the internet, by the settings for a proxy and a certificate that an operator makes."""
    with Internet(tmp_path) as opened:
        for name, value in opened.environment().items():
            monkeypatch.setenv(name, value)
        yield opened


@pytest.fixture
def real(internet: Internet) -> Iterator[Rooms]:
    """The rooms as they talk to a real org."""
    with build_http(4) as http:
        login = Login(ClientCredentials("acme.my", "id", "secret"), http, VERSION)
        client = Client(login, VERSION, "jtel_AcdEventsID__c")
        yield Rooms(SalesforceCrm(client, external_ids=ExternalIds(client, AllKnown())), client, login)
