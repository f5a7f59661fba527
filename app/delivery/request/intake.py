"""Stores what jtel sent, and finds out whether it had been sent before."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.delivery.entry import changes
from app.delivery.entry.claims import claim_by_request
from app.delivery.entry.fingerprint import fingerprint, same_content
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.entry import Decide, Entry
from app.domain.errors import MappingError, PayloadError
from app.domain.source import Source
from app.ledger.database import LedgerError
from app.ledger.ledger import Ledger
from app.mapping.rules import Rule
from app.payload import event_ids

# An event that is changed more often is jtel's mistake; the last content then counts as a repeat.
MOST_TURNS = 20


@dataclass(frozen=True)
class Sent:
    """A request of an authenticated source. `problem` is what was wrong with it before it could be read."""

    body: bytes
    query: bytes
    source: Source
    request_id: str
    problem: PayloadError | None = None


@dataclass(frozen=True)
class Accepted:
    """A callback on its way. `config` names the configuration it is mapped with.

    `object` is what the rule makes of it, `refusal` why it makes nothing.
    """

    sent: Sent
    callback: Callback
    rule: Rule
    deadline: Deadline
    config: str
    object: str | None = None
    refusal: MappingError | None = None


@dataclass(frozen=True)
class Intake:
    """`lease_seconds` outlast the deadline of the request and every time-out of the network."""

    ledger: Ledger
    lease_seconds: float

    def keep_invalid(self, sent: Sent, error: PayloadError) -> None:
        """Keeps raw what could not be understood, and which event it names. Raises `LedgerError`."""
        ids = event_ids(sent.body, sent.query, whole=sent.problem is None)
        new = {**_raw(sent), "turn": 1, **changes.not_understood(error), "invalid_event_ids": ids}
        self.ledger.receive(new, None, None, 0)

    def store(self, accepted: Accepted) -> tuple[Entry, bool]:
        """The entry for this content of the event, and whether this request has just made and leased it.

        Raises `LedgerError`.
        """
        callback = accepted.callback
        content = fingerprint(callback, self.ledger.codec.digest)
        for turn in range(1, MOST_TURNS + 1):
            if turn > 1:
                known = self._known(accepted, content)
                if known is not None:
                    return known, False
            entry = self.ledger.receive(
                _new(accepted, content, turn),
                callback.callback_number,
                uuid.uuid4().hex,
                self.lease_seconds,
                in_order=accepted.rule.merge is not None,
            )
            if entry is not None:
                return entry, True
        entries = self.ledger.of_event(callback.source.name, callback.event_id)
        if not entries:
            raise LedgerError("what has just been refused as a repeat cannot be read")
        return entries[-1], False

    def claim(self, accepted: Accepted, lease: str, *, engine_alive: bool) -> Decide:
        """The request takes an entry of this content that nobody else will try."""
        codec, callback = self.ledger.codec, accepted.callback
        sent_again = {
            "body": accepted.sent.body,
            "query": accepted.sent.query,
            "number_index": codec.number(callback.callback_number),
            "fingerprint": fingerprint(callback, codec.digest),
        }
        return claim_by_request(lease, self.lease_seconds, sent_again, engine_alive=engine_alive)

    def _known(self, accepted: Accepted, content: str) -> Entry | None:
        sent, callback = accepted.sent, accepted.callback
        entries = self.ledger.of_event(callback.source.name, callback.event_id)
        return next((entry for entry in entries if same_content(entry, sent.body, sent.query, content)), None)


def external_id_of(callback: Callback, turn: int) -> str:
    """The value that makes the Case of this content unique in the CRM; the number counts the event's contents."""
    return callback.external_id if turn == 1 else f"{callback.external_id}-{turn}"


def _new(accepted: Accepted, content: str, turn: int) -> Mapping[str, Any]:
    callback = accepted.callback
    return {
        **_raw(accepted.sent),
        "event_id": callback.event_id,
        "turn": turn,
        "external_id": external_id_of(callback, turn),
        "fingerprint": content,
        **changes.received(),
        "rule": accepted.rule.name,
        "object": accepted.object,
    }


def _raw(sent: Sent) -> dict[str, Any]:
    return {"source": sent.source.name, "body": sent.body, "query": sent.query, "request_id": sent.request_id}
