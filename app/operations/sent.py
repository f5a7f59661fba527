"""What was sent of a callback, as the ledger keeps it. It is personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.delivery.entry.settle import KeptRecord, unpack
from app.domain.entry import State
from app.ledger.errors import LedgerError
from app.ledger.rows import Rows


@dataclass(frozen=True)
class SentByAttempt:
    """What an attempt has sent, under the configuration of this hash. `delivered`: it ended well."""

    at: float
    config: str
    delivered: bool
    record: KeptRecord


def sent_of(rows: Rows, attempts: Sequence[Row[Any]]) -> list[SentByAttempt]:
    """What these attempts have sent, as far as it is kept. Raises `LedgerError`."""
    return [
        SentByAttempt(row.started_at, row.config, row.outcome == State.DELIVERED.value, _record(packed))
        for row in attempts
        if (packed := rows.sent(row))
    ]


def as_it_stands(sent: Sequence[SentByAttempt]) -> SentByAttempt | None:
    """The one that the record in the CRM is of; else the last one.

    If the last attempt has found the record there, an earlier one has made it, whose answer was lost.
    """
    written = [one for one in sent if one.delivered and not one.record.there]
    earlier = [one for one in sent if not one.delivered]
    last = written or earlier or sent
    return last[-1] if last else None


def _record(packed: bytes) -> KeptRecord:
    try:
        return unpack(packed)
    except ValueError as error:
        raise LedgerError("what was sent is damaged") from error
