"""Receivers, and alerts of several processes on one ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import update

from app.alerting.alerts import Alerts
from app.alerting.channels import Channel, Ping, Webhook
from app.alerting.conditions import Watch
from app.ledger.database import Database
from app.ledger.duties import Duties
from app.ledger.heartbeats import Heartbeats
from app.ledger.incidents import Incidents
from app.ledger.tables import incident
from app.rules_in_force.in_force import InForce, Loaded
from tests.support.desk import Desk
from tests.support.receivers import HttpReceiver
from tests.support.writing import writing

CONFIG = "hash"


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with HttpReceiver() as started:
        yield started


@dataclass
class Process:
    """One of the fleet: it looks when the test says so."""

    in_force: InForce
    alerts: Alerts


@dataclass
class Fleet:
    """Processes that share the desk's ledger and tell the receiver."""

    desk: Desk
    receiver: HttpReceiver
    more_channels: list[Channel] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.desk.ledger.database

    def process(self, name: str = "one") -> Process:
        in_force = InForce(Loaded(self.desk.config, CONFIG))
        alerts = Alerts(
            "Ringback (acme.my)",
            name,
            Watch(self.database, in_force, waiting=900),
            Incidents(self.database),
            Duties(self.database),
            [Webhook(self.receiver.url), *self.more_channels],
            Ping(self.receiver.url),
        )
        return Process(in_force, alerts)

    def end_engine(self) -> None:
        """No engine is alive any more."""
        Heartbeats(self.database).stop("engine")

    def pass_time(self, seconds: float) -> None:
        """All that the ledger knows of incidents is so much older."""
        times = (incident.c.began_at, incident.c.seen_at, incident.c.told_at, incident.c.try_at)
        with writing(self.database) as connection:
            connection.execute(update(incident).values({one: one - seconds for one in times}))


@pytest.fixture
def fleet(desk: Desk, receiver: HttpReceiver, tmp_path: Path) -> Fleet:
    made = Fleet(desk, receiver)
    Heartbeats(made.database).beat("engine")
    return made
