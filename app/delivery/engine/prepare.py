"""Reads and maps anew what waits, with today's configuration."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from app.delivery.attempt import BUG, Attempts
from app.delivery.case.same_caller import earlier_callbacks, may_merge
from app.delivery.courier.sending import Sending
from app.delivery.engine.map_anew import map_anew
from app.domain.callback import Callback
from app.domain.entry import Entry
from app.domain.errors import MappingError, RingbackError
from app.domain.reasons import Reason
from app.ledger.database import LedgerError
from app.mapping.rules import Config, Rule
from app.observability.time_spent import TimeSpent
from app.payload import read

log = structlog.get_logger()


@dataclass(frozen=True)
class Prepared:
    """An entry, read and mapped anew, and how far it has come."""

    entry: Entry
    callback: Callback
    rule: Rule
    sending: Sending


def prepare(config: Config, attempts: Attempts, entry: Entry) -> Prepared | None:
    """The entry, ready to be sent; nothing if the mapping refuses it, which is settled then. Raises `LedgerError`."""
    spent = TimeSpent()
    try:
        callback, rule = read_anew(config, entry)
    except RingbackError as error:
        attempts.settle(entry, entry.rule or "", error, spent)
        return None
    try:
        return Prepared(entry, callback, rule, Sending.of(map_anew(attempts, entry, callback, rule)))
    except MappingError as error:
        attempts.settle(entry, rule.name, error, spent)
    except LedgerError:
        raise
    # A bug with one entry must not keep the others waiting.
    except Exception as error:
        log.error(
            "internal_error",
            request_id=entry.request_id,
            event_id=entry.event_id,
            error=type(error).__name__,
            exc_info=error,
        )
        attempts.settle(entry, rule.name, RingbackError(Reason.INTERNAL_ERROR, BUG), spent)
    return None


def goes_alone(attempts: Attempts, one: Prepared) -> bool:
    """Whether it is a later version of an event, or may become a comment on another's Case. Raises `LedgerError`."""
    if one.entry.turn > 1 or (attempts.wished is not None and attempts.wished.is_any(one.entry, one.callback)):
        return True
    if not may_merge(one.entry, one.callback, one.rule):
        return False
    if one.entry.merged_into is not None:
        return True
    return bool(earlier_callbacks(attempts.settler.ledger, one.entry, one.callback, one.rule))


def read_anew(config: Config, entry: Entry) -> tuple[Callback, Rule]:
    """What today's configuration makes of what jtel sent. Raises `RingbackError`."""
    source = config.sources.get(entry.source)
    if source is None:
        raise MappingError(
            Reason.MAPPING_FAILED, f"The source {entry.source} is no longer configured; put it back, or discard."
        )
    callback = read(entry.body, entry.query, source, datetime.fromtimestamp(entry.received_at, UTC))
    return callback, config.rule_for(callback)
