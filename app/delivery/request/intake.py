"""Stores what jtel sent, and finds out whether it had been sent before."""

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.delivery.entry import changes
from app.delivery.entry.claims import claim_by_request
from app.delivery.entry.same_version import same_version
from app.domain.callback import Callback, fingerprint
from app.domain.entry import Decide, Entry
from app.domain.errors import PayloadError, RingbackError
from app.domain.outcome import Outcome, Status
from app.domain.record import Record, Written
from app.domain.source import Source
from app.ledger.database import LedgerError
from app.ledger.ledger import Ledger
from app.mapping.rules import Rule
from app.payload import event_ids
from app.waiting import Deadline

# An event that is changed more often is jtel's mistake; the next version then counts as a repeat.
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

    `mapped` is the record that the rule makes of it, or what keeps the rule from that; nothing if it was not asked yet.
    """

    sent: Sent
    callback: Callback
    rule: Rule
    deadline: Deadline
    config: str
    mapped: Record | Exception | None = None

    def ends_with(self, result: Written | RingbackError) -> Outcome:
        """The answer that ends the callback: a 200 with its record, or that of an error."""
        event_id, rule = self.callback.event_id, self.rule.name
        if isinstance(result, RingbackError):
            return Outcome.of_error(result, event_id, rule)
        status = Status.CREATED if result.created else Status.EXISTING
        return Outcome(Status.UPDATED if result.updated else status, event_id, rule, result)


class Stored(NamedTuple):
    """The entry of a callback. `fresh`: this request has just stored and leased it; `paused`: delivery was, in part."""

    entry: Entry
    fresh: bool
    paused: bool = False


@dataclass(frozen=True)
class Intake:
    """`lease_seconds` outlast the deadline of the request and every time-out of the network."""

    ledger: Ledger
    lease_seconds: float

    def keep_invalid(self, sent: Sent, error: PayloadError, *, reconciled: bool = False) -> None:
        """Keeps raw what could not be understood, and which event it names. Raises `LedgerError`."""
        ids = event_ids(sent.body, sent.query, whole=sent.problem is None)
        invalid = {**changes.not_understood(error), "invalid_event_ids": ids, "reconciled": reconciled}
        new = {**_raw(sent), "turn": 1, **invalid}
        self.ledger.receive(new, None, None, 0)

    def store(self, accepted: Accepted) -> Stored:
        """Stores this version of the event, unless it is there. Raises `LedgerError`."""
        sent, callback, in_order = accepted.sent, accepted.callback, accepted.rule.merge is not None
        number, seconds, new = callback.callback_number, self.lease_seconds, self._new(accepted)
        while (received := self.ledger.receive(new, number, uuid.uuid4().hex, seconds, in_order=in_order)) is None:
            known = self.ledger.of_event(callback.source.name, callback.event_id)
            if not known:
                raise LedgerError("what has just been refused as a repeat cannot be read")
            same = [one for one in known if same_version(one, sent.body, sent.query, new["fingerprint"])]
            # Since that look another version may have come.
            turn = known[-1].turn + 1
            if same or turn > MOST_TURNS:
                return Stored((same or known[-1:])[0], fresh=False)
            new |= {"turn": turn, "external_id": external_id_of(callback, turn)}
        entry, paused = received
        return Stored(entry, fresh=True, paused=paused)

    def store_reconciled(self, accepted: Accepted) -> Entry | None:
        """The entry of an event that never came by itself; nothing if the ledger knows any version of it.

        Raises `LedgerError`.
        """
        new, in_order = {**self._new(accepted), **changes.RECONCILED}, accepted.rule.merge is not None
        received = self.ledger.receive(new, accepted.callback.callback_number, None, 0, in_order=in_order)
        return received and received[0]

    def claim(self, accepted: Accepted, lease: str, *, engine_alive: bool) -> Decide:
        """The request takes an entry of this version that nobody else will try."""
        codec, callback = self.ledger.codec, accepted.callback
        sent_again = {
            "body": accepted.sent.body,
            "query": accepted.sent.query,
            "number_index": codec.number(callback.callback_number),
            "fingerprint": fingerprint(callback, codec.digest),
        }
        return claim_by_request(lease, self.lease_seconds, sent_again, engine_alive=engine_alive)

    def _new(self, accepted: Accepted) -> dict[str, Any]:
        """The row of an event's first version."""
        return {
            **_raw(accepted.sent),
            "event_id": accepted.callback.event_id,
            "turn": 1,
            "external_id": accepted.callback.external_id,
            **changes.RECEIVED,
            "rule": accepted.rule.name,
            "object": accepted.mapped.object if isinstance(accepted.mapped, Record) else None,
            "fingerprint": fingerprint(accepted.callback, self.ledger.codec.digest),
        }


def external_id_of(callback: Callback, turn: int) -> str:
    """The value that makes the Case of this version unique in the CRM; the number counts the event's versions."""
    return callback.external_id if turn == 1 else f"{callback.external_id}-{turn}"


def _raw(sent: Sent) -> dict[str, Any]:
    return {"source": sent.source.name, "body": sent.body, "query": sent.query, "request_id": sent.request_id}
