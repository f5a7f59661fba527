"""Takes an entry out of delivery, because a person decided so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from app.crm.port import Found
from app.crm.time_spent import TimeSpent
from app.delivery.attempt import Attempts
from app.delivery.comments import mark_of
from app.delivery.states import Event, after
from app.delivery.updates import OBJECT, contents_of_call, latest_case, may_have_first_id
from app.domain.deadline import Deadline
from app.domain.entry import Entry, State
from app.domain.errors import CrmError, RingbackError
from app.mapping.rules import Config
from app.operations.claim import leased
from app.payload import read

SECONDS = 20.0


class Discarding(Enum):
    """What became of the wish to discard an entry. The value is what a person reads."""

    DISCARDED = "discarded"
    ALREADY = "was discarded already"
    DELIVERED = "is delivered; there is nothing to discard"
    FOUND = "is in Salesforce already, so it counts as delivered now"
    LEASED = "is being attempted just now; try again in two minutes"
    UNKNOWN = "may be in Salesforce, which could not be asked; try again later"


@dataclass(frozen=True)
class Discard:
    """`attempts` are of the runner "discard"."""

    config: Config
    attempts: Attempts

    def run(self, entry: Entry) -> Discarding:
        """Discards it, unless it is done or under way. After an unknown outcome it looks into the CRM first.

        Raises `LedgerError`.
        """
        ledger = self.attempts.settler.ledger
        bar = _bar(entry, ledger.now())
        if bar is not None:
            return bar
        if entry.unknown or entry.state is State.RECEIVED:
            try:
                found = self._written(entry)
            except CrmError:
                return Discarding.UNKNOWN
            if found is not None:
                return self._found(entry, found)
        line = self.attempts.decided(Event.DISCARDED)
        settled = ledger.change(entry.id, lambda current, now: _decide(entry, current, now), moved=line)
        if settled is None or settled.state is State.DISCARDED:
            return Discarding.DISCARDED
        return _bar(settled, ledger.now()) or Discarding.LEASED

    def _written(self, entry: Entry) -> Found | None:
        """The record that was made of the entry, or has its comment. Raises `CrmError`, and `LedgerError`."""
        crm, ledger, deadline = self.attempts.crm, self.attempts.settler.ledger, Deadline(SECONDS)
        object_name = self._object(entry)
        found = crm.find(object_name, str(entry.external_id), deadline)
        if found is not None or object_name != OBJECT:
            return found
        call = contents_of_call(ledger, entry)
        if entry.merged_into is not None:
            call = [one for one in [ledger.get(entry.merged_into)] if one is not None]
        latest = latest_case(crm, call, deadline) if call else None
        if latest is None:
            return None
        own = entry.turn > 1 and may_have_first_id(entry, call)
        return latest if own or crm.has_comment(latest.id, mark_of(entry), deadline) else None

    def _found(self, entry: Entry, found: Found) -> Discarding:
        self.attempts.settle(entry, entry.rule or "", found.written(), TimeSpent())
        return Discarding.FOUND

    def _object(self, entry: Entry) -> str:
        if entry.object:
            return entry.object
        source = self.config.sources.get(entry.source)
        if source is None:
            return OBJECT
        try:
            callback = read(entry.body, entry.query, source, datetime.fromtimestamp(entry.received_at, UTC))
            return self.config.rule_for(callback).apply(callback).object
        except RingbackError:
            return OBJECT


def _bar(entry: Entry, now: float) -> Discarding | None:
    known = {State.DELIVERED: Discarding.DELIVERED, State.DISCARDED: Discarding.ALREADY}.get(entry.state)
    return known or (Discarding.LEASED if leased(entry, now) else None)


def _decide(seen: Entry, current: Entry, now: float) -> Mapping[str, Any] | None:
    # If it was attempted since we looked, what we know of its outcome is old.
    if leased(current, now) or (current.state, current.attempts) != (seen.state, seen.attempts):
        return None
    return {"state": after(current.state, Event.DISCARDED), "due_at": None, "lease": None, "lease_until": None}
