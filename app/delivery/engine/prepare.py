"""Reads and maps anew what waits, with today's configuration."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from app.delivery.attempt import BUG, Attempts, as_sent
from app.delivery.case.same_caller import earlier_callbacks, may_merge
from app.delivery.courier.sending import Sending
from app.delivery.entry.changes import count_attempt
from app.domain.callback import Callback
from app.domain.entry import Entry
from app.domain.errors import MappingError, RingbackError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.ledger.database import LedgerError
from app.mapping.rules import Config, Rule
from app.payload import read
from app.waiting import Deadline, TimeSpent

log = structlog.get_logger()

# What is skipped is mostly not sent; only an unknown outcome is looked after.
SKIP_SECONDS = 20.0


@dataclass(frozen=True)
class Prepared:
    """An entry, read and mapped anew, and how far it has come."""

    entry: Entry
    callback: Callback
    rule: Rule
    sending: Sending


def prepare(config: Config, attempts: Attempts, entry: Entry) -> Prepared | None:
    """The entry, ready to be sent; nothing if the mapping refuses or skips it, which is settled then.

    Raises `LedgerError`.
    """
    spent, rule_name = TimeSpent(), entry.rule or ""
    try:
        callback, rule = read_anew(config, entry)
        rule_name = rule.name
        if rule.skip is not None:
            attempts.run(entry, callback, rule, Deadline(SKIP_SECONDS))
            return None
        return Prepared(entry, callback, rule, Sending.of(_map_anew(attempts, entry, callback, rule)))
    except RingbackError as refusal:
        error = refusal
    except LedgerError:
        raise
    # A bug with one entry must not keep the others waiting.
    except Exception as bug:
        names = {"request_id": entry.request_id, "event_id": entry.event_id, "error": type(bug).__name__}
        log.error("internal_error", **names, exc_info=bug)
        error = RingbackError(Reason.INTERNAL_ERROR, BUG)
    attempts.settle(entry, rule_name, error, spent)
    return None


def goes_alone(attempts: Attempts, one: Prepared) -> bool:
    """Whether it is a later version of an event, or may become a comment on another's Case. Raises `LedgerError`."""
    if one.entry.turn > 1 or (attempts.wished is not None and attempts.wished.is_any(one.entry, one.callback)):
        return True
    if not may_merge(one.entry, one.callback, one.rule):
        return False
    if one.entry.merged_into is not None:
        return True
    return bool(earlier_callbacks(attempts.ledger, one.entry, one.callback, one.rule))


def read_anew(config: Config, entry: Entry) -> tuple[Callback, Rule]:
    """What today's configuration makes of what jtel sent. Raises `RingbackError`."""
    source = config.sources.get(entry.source)
    if source is None:
        raise MappingError(
            Reason.MAPPING_FAILED, f"The source {entry.source} is no longer configured; put it back, or discard."
        )
    callback = read(*entry.payload, source, datetime.fromtimestamp(entry.received_at, UTC))
    return callback, config.rule_for(callback)


def _map_anew(attempts: Attempts, entry: Entry, callback: Callback, rule: Rule) -> Record:
    """What today's rules make of the callback, as it is sent. Raises `MappingError` and `LedgerError`.

    A mapper that has ended its process over a callback gets one more chance.
    """
    # Its process died before a mapper of others had made the record.
    suspect = entry.unknown and entry.object is None and not rule.is_own
    if suspect and entry.attempts:
        raise MappingError(
            Reason.MAPPING_FAILED,
            f"Rule {rule.name}: the process ended each time while its mapper was at work, so it is not asked again. "
            "Its developer has to mend it; then replay the callback.",
        )
    if suspect:
        # Before it is asked, since afterwards may be too late.
        attempts.ledger.change(entry.id, count_attempt)
    record = as_sent(entry, callback, rule, rule.apply(callback))
    # Callbacks of the same caller wait until they see of what object it is.
    if suspect or (entry.object is None and rule.merge is not None):
        attempts.note_object(entry, record)
    return record
