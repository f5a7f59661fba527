"""What is a repeat of what is stored, and what is not."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.delivery.request.intake import Accepted, Sent
from app.domain.callback import Callback
from app.domain.outcome import Outcome, Status
from app.domain.record import Written
from app.ledger.database import LedgerError
from app.mapping.config import load_config
from app.waiting import Deadline
from tests.delivery.conftest import Desk as Delivering
from tests.support.desk import CONFIG, Desk
from tests.support.postgres import RunningPostgres
from tests.support.writing import writing

REFUSE = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE unique_violation; END'"


@pytest.mark.parametrize(
    ("created", "updated", "status"),
    [(True, False, Status.CREATED), (False, False, Status.EXISTING), (False, True, Status.UPDATED)],
)
def test_ends_with_a_record(created: bool, updated: bool, status: Status) -> None:
    """A record that is there is `created`, had been `existing` or was `updated`, and is named."""
    written = Written("500Qy00000C7aBcIAH", "00001027", created, updated=updated)
    config = load_config(CONFIG)
    source = config.sources["default"]
    callback = Callback(source, "4711", datetime.now(UTC))
    rule = config.rule_for(callback)
    accepted = Accepted(Sent(b"", b"", source, "a-request"), callback, rule, Deadline(5), "config")

    assert Outcome(status, "4711", rule.name, written) == accepted.ends_with(written)


def test_repeat_after_an_update(desk: Delivering, sent: Callable[..., Sent]) -> None:
    """What is sent again as it was is a repeat, also if an older Ringback has read something else in it."""
    desk.delivery.accept(sent(1))
    (known,) = desk.ledger.select()
    desk.ledger.change(known.id, lambda *_: {"fingerprint": json.dumps({"number": "0" * 12})})

    assert Status.EXISTING == desk.delivery.accept(sent(1)).status
    assert (1, []) == (len(desk.ledger.select()), desk.crm.comments)


def test_repeat_of_nothing(tmp_path: Path, postgres: RunningPostgres) -> None:
    """If nothing of it can be read, as behind a pooler that reads from a standby, the ledger counts as away."""
    desk = Desk(tmp_path, url=postgres.create_ledger())
    with writing(desk.ledger.database) as connection:
        connection.execute(text(REFUSE))
        connection.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON entry EXECUTE FUNCTION refuse()"))
    with pytest.raises(LedgerError):
        desk.add()
    desk.ledger.database.close()
