"""Stores what jtel sent, and finds out whether it had been sent before."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from app.delivery.entry import changes
from app.delivery.entry.claims import claim_by_request
from app.delivery.entry.fingerprint import fingerprint, same_content
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.entry import Decide, Entry
from app.domain.errors import PayloadError
from app.domain.record import Record
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
    """A callback on its way, read once and mapped once. `config` names the configuration it is mapped with.

    `record` is what the rule makes of it, `refusal` why it makes nothing; neither is there before it is mapped.
    """

    sent: Sent
    callback: Callback
    rule: Rule
    deadline: Deadline
    config: str
    record: Record | None = None
    refusal: Exception | None = None

    def map(self) -> "Accepted":
        """The same with its record, or with whatever kept the rule from making it."""
        if self.record is not None or self.refusal is not None:
            return self
        try:
            return replace(self, record=self.rule.apply(self.callback))
        # A bug, too: it must not lose the callback, which is stored, and told of by its attempt.
        except Exception as error:
            return replace(self, refusal=error)

    def mapped(self) -> Record:
        """Its record. Raises the `refusal`."""
        if self.record is None:
            raise self.refusal or AssertionError("it is not mapped yet")
        return self.record


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
        """The entry for this content of the event, and whether this request has just stored and leased it.

        Raises `LedgerError`.
        """
        content, turn = fingerprint(accepted.callback, self.ledger.codec.digest), 1
        while (entry := self._receive(accepted, content, turn)) is None:
            known = self.ledger.of_event(accepted.callback.source.name, accepted.callback.event_id)
            if not known:
                raise LedgerError("what has just been refused as a repeat cannot be read")
            sent = accepted.sent
            same = [one for one in known if same_content(one, sent.body, sent.query, content)]
            # Since that look another content may have come.
            turn = known[-1].turn + 1
            if same or turn > MOST_TURNS:
                return (same or known[-1:])[0], False
        return entry, True

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

    def note_object(self, entry: Entry, name: str) -> None:
        """Writes down of what object the record is, before it is sent: whoever takes over has to send the same.

        Raises `LedgerError`.
        """
        if entry.object != name and not (entry.unknown and entry.object):
            self.ledger.change(entry.id, changes.name_object(entry, name))

    def _receive(self, accepted: Accepted, content: str, turn: int) -> Entry | None:
        callback, record = accepted.callback, accepted.record
        new = {
            **_raw(accepted.sent),
            "event_id": callback.event_id,
            "turn": turn,
            "external_id": external_id_of(callback, turn),
            "fingerprint": content,
            **changes.received(),
            "rule": accepted.rule.name,
            "object": record.object if record is not None else None,
        }
        number, in_order = callback.callback_number, accepted.rule.merge is not None
        return self.ledger.receive(new, number, uuid.uuid4().hex, self.lease_seconds, in_order=in_order)


def external_id_of(callback: Callback, turn: int) -> str:
    """The value that makes the Case of this content unique in the CRM; the number counts the event's contents."""
    return callback.external_id if turn == 1 else f"{callback.external_id}-{turn}"


def _raw(sent: Sent) -> dict[str, Any]:
    return {"source": sent.source.name, "body": sent.body, "query": sent.query, "request_id": sent.request_id}
