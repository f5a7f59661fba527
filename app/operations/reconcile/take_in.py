"""Takes an event of jtel in as if it had come: read, with a rule, stored; an engine delivers it."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

import structlog

from app.delivery.request.intake import Accepted, Intake, Sent
from app.domain.callback import Callback
from app.domain.errors import PayloadError
from app.domain.source import Source
from app.jtel.records import AcdEvent
from app.payload import read
from app.rules_in_force.in_force import InForce
from app.waiting import Deadline

log = structlog.get_logger()


class Taken(Enum):
    """What became of an event."""

    STORED = auto()
    INVALID = auto()
    CAME = auto()  # by itself, at this moment


def preview(source: Source, event: AcdEvent) -> Taken:
    """Says what would become of it, and does nothing."""
    try:
        _read(body_of(event), source)
    except PayloadError:
        return Taken.INVALID
    return Taken.STORED


@dataclass(frozen=True)
class TakeIn:
    """Raises `LedgerError`: then nobody knows whether it was stored, and the next run finds out."""

    intake: Intake
    in_force: InForce
    source: Source

    def __call__(self, event: AcdEvent) -> Taken:
        loaded = self.in_force.loaded
        sent = Sent(body_of(event), b"", self.source, uuid.uuid4().hex)
        try:
            callback = _read(sent.body, self.source)
        except PayloadError as error:
            self.intake.keep_invalid(sent, error, reconciled=True)
            log.warning("reconciled", **_named(sent, event), state="invalid", reason=error.reason.word)
            return Taken.INVALID
        rule = loaded.config.rule_for(callback)
        # Nobody waits for it: an engine makes the record when it delivers.
        accepted = Accepted(sent, callback, rule, Deadline(0), loaded.hash)
        entry = self.intake.store_reconciled(accepted)
        if entry is None:
            return Taken.CAME
        log.info("reconciled", **_named(sent, event), rule=rule.name, state=entry.state.value)
        return Taken.STORED


def body_of(event: AcdEvent) -> bytes:
    """The record as jtel would send it. Its id stands under both names, so that it is found by it in any case."""
    return json.dumps({**event.fields, "AcdEventsID": event.id}, ensure_ascii=False, default=str).encode(
        "utf-8", "replace"
    )


def _read(body: bytes, source: Source) -> Callback:
    return read(body, b"", source, datetime.now(UTC))


def _named(sent: Sent, event: AcdEvent) -> dict[str, str]:
    return {"source": sent.source.name, "event_id": str(event.id), "request_id": sent.request_id}
