"""The primary becomes a standby and another server the primary: the ledger follows, with nothing lost or doubled."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from tests.ledger.conftest import receive
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres, RunningStandby


@pytest.fixture
def primary() -> Iterator[RunningPostgres]:
    """A server of its own, since it will not be the same afterwards."""
    with RunningPostgres() as running:
        yield running


@pytest.fixture
def name(primary: RunningPostgres) -> str:
    """The name of a database with the ledger's tables."""
    url = primary.create_database()
    with opened(url) as ledger:
        migrate(ledger.database)
    return urlsplit(url).path.lstrip("/")


def addresses(name: str, *ports: int) -> list[str]:
    """Each way to write several hosts down."""
    hosts = [f"127.0.0.1:{port}" for port in ports]
    comma = ",".join(str(port) for port in ports)
    return [
        f"postgres://postgres@{','.join(hosts)}/{name}",
        f"postgres://postgres@/{name}?host={','.join(['127.0.0.1'] * len(ports))}&port={comma}",
        f"postgres://postgres@/{name}?{'&'.join(f'host={host}' for host in hosts)}",
    ]


@contextmanager
def opened(url: str) -> Iterator[Ledger]:
    ledger = Ledger(Database(url), Codec(b"a key for tests"))
    yield ledger
    ledger.database.close()


def events(url: str) -> list[str | None]:
    with opened(url) as ledger:
        return [one.event_id for one in ledger.select()]


def doubt(ledger: Ledger) -> bool:
    with pytest.raises(LedgerError) as raised:
        receive(ledger, "meanwhile")
    return raised.value.unknown


def test_failover(primary: RunningPostgres, name: str) -> None:
    """Whichever host stands first, and though the old primary answers: what can be written to is written to."""
    with RunningStandby(primary) as standby, ExitStack() as stack:
        ways = addresses(name, standby.port, primary.port)
        ledgers = [stack.enter_context(opened(way)) for way in ways]
        before = [receive(ledger, f"{number} before").event_id for number, ledger in enumerate(ledgers)]
        assert wait_until(lambda: before == events(standby.url(name)), PATIENCE)
        primary.demote()
        doubts = [doubt(ledger) for ledger in ledgers]
        standby.promote()
        after = [receive(ledger, f"{number} after").event_id for number, ledger in enumerate(ledgers)]
        stored = events(standby.url(name))

    assert [False] * len(ways) == doubts
    assert [*before, *after] == stored


def test_only_a_standby(primary: RunningPostgres, name: str) -> None:
    """With one host it can be read, counts as away for who writes, and is whole in the moment of its promotion."""
    with RunningStandby(primary) as standby, opened(standby.url(name)) as ledger:
        read = ledger.select()
        doubtful = doubt(ledger)
        standby.promote()
        receive(ledger)

        assert ([], False) == (read, doubtful)
        assert ["1"] == [one.event_id for one in ledger.select()]
