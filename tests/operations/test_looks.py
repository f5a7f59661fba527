"""Health and metrics say what they can find out; what they cannot makes nothing red and is logged once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.ledger.database import Database, LedgerError
from app.ledger.migrate import migrate
from app.ledger.pauses import Pauses
from app.mapping.rules import Config
from app.metrics import Metric
from app.observability import configure_logging
from app.operations import readiness as readiness_module
from app.operations.gauges import Gauges
from app.operations.health import Health
from app.operations.readiness import NotReady, Readiness
from app.rules_in_force.in_force import InForce, Loaded


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def in_force() -> InForce:
    return InForce(Loaded(Config({}, []), "hash"))


def bug(*_: object) -> Any:
    raise ValueError("a bug")


def away(*_: object) -> Any:
    raise LedgerError("away")


def errors(said: str) -> list[str]:
    return [line["event"] for line in map(json.loads, said.splitlines()) if line["level"] == "error"]


def test_fact_that_cannot_be_told(database: Database, in_force: InForce, capsys: pytest.CaptureFixture[str]) -> None:
    """It is none, and all the others are there."""
    configure_logging("json")
    readiness = Readiness(database)
    health = Health(readiness, in_force, database, {"crm": lambda: "sandbox", "crmCheck": bug})
    found = [health.details(readiness.now()) for _ in range(3)][-1]

    assert ("sandbox", None) == (found["crm"], found["crmCheck"])
    assert "hash" == found["config"]["hash"]
    assert [] == found["pauses"]
    assert ["look_failed"] == errors(capsys.readouterr().out)


def test_pause_of_an_odd_time(database: Database, in_force: InForce, monkeypatch: pytest.MonkeyPatch) -> None:
    """A time that is none costs the pauses, and nothing else."""
    Pauses(database).begin("org", "login_refused", 60)
    monkeypatch.setattr("app.operations.health.iso", bug)
    found = Health(Readiness(database), in_force, database).details(Readiness(database).now())

    assert found["pauses"] is None
    assert found["backlog"] is not None


@pytest.mark.parametrize(
    ("fail", "ready"), [(bug, (None, "ValueError")), (away, (NotReady.LEDGER_UNAVAILABLE, "away"))]
)
def test_ready(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fail: Callable[..., Any],
    ready: tuple[NotReady | None, str],
) -> None:
    """A ledger that is away makes unready, a fault of the look itself does not: callbacks are taken all the same."""
    configure_logging("json")
    monkeypatch.setattr(readiness_module, "try_to_store", fail)
    monkeypatch.setattr(readiness_module, "FRESH_SECONDS", 0.0)
    readiness = Readiness(database)
    found = {(now.reason, now.error) for now in [readiness.now() for _ in range(3)]}

    assert {ready} == found
    assert 1 == len(errors(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        (
            (Pauses, "all"),
            {Metric.ENGINE_ALIVE, Metric.BACKLOG, Metric.OLDEST_SECONDS, Metric.PAUSED_SECONDS},
        ),
        ((InForce, "loaded"), {Metric.BUILD_INFO, Metric.CONFIG_INFO, Metric.CONFIG_REJECTED}),
    ],
)
def test_gauge_that_cannot_be_found_out(
    database: Database,
    in_force: InForce,
    monkeypatch: pytest.MonkeyPatch,
    broken: tuple[Any, str],
    missing: set[Metric],
) -> None:
    """It is missing, and all the others are there."""
    Pauses(database).begin("org", "login_refused", 60)
    gauges = Gauges(Readiness(database), in_force, database, "1.0")
    before = {metric for metric, _, _ in gauges.now()}
    monkeypatch.setattr(*broken, property(bug), raising=False)
    after = {metric for metric, _, _ in gauges.now()}

    assert missing == before - after
