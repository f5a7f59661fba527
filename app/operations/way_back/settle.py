"""What a person says of a wish of which nobody knows whether jtel has it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.domain.callback_wish import CallbackWish, accept_by_person, claim_by_person, give_up
from app.domain.source import Source
from app.jtel.client import JtelClient
from app.ledger.wishes import Wishes
from app.operations.way_back.asked import read_asked
from app.operations.way_back.call import WishCall, note

# A person waits for it, and jtel's answer takes 10 s at most, for each of its calls.
LEASE_SECONDS = 120.0


class Settling(Enum):
    """What became of it. The value is what a person reads."""

    DONE = "done"
    NOT_OPEN = "is not open: nothing was done"
    REMOVED = "cannot be asked for again: what it asked for has been removed"
    NO_SOURCE = "cannot be asked for again: its source is not configured, or has no way to jtel"


@dataclass(frozen=True)
class Settle:
    """`clients` are by source, `address` is the org's. Everything raises `LedgerError`."""

    wishes: Wishes
    clients: Callable[[str], JtelClient | None]
    address: str

    def as_event(self, wish: CallbackWish, event_id: str) -> tuple[Settling, CallbackWish]:
        """jtel has it as this event."""
        settled = self.wishes.change(wish.id, accept_by_person(event_id)) or wish
        return (Settling.DONE if settled.event_id == event_id else Settling.NOT_OPEN), settled

    def discard(self, wish: CallbackWish) -> tuple[Settling, CallbackWish]:
        """Nobody needs it any more."""
        settled = self.wishes.change(wish.id, give_up) or wish
        return (Settling.DONE if settled.state is not wish.state else Settling.NOT_OPEN), settled

    def again(self, wish: CallbackWish, source: Source | None) -> tuple[Settling, CallbackWish]:
        """jtel does not have it: it is asked for again, now."""
        client = self.clients(source.name) if source else None
        if source is None or client is None:
            return Settling.NO_SOURCE, wish
        if wish.purged_at is not None:
            return Settling.REMOVED, wish
        asked = read_asked(wish.asked, source)
        lease = uuid.uuid4().hex
        claimed = self.wishes.change(wish.id, claim_by_person(lease, LEASE_SECONDS))
        if claimed is None or claimed.lease != lease:
            return Settling.NOT_OPEN, claimed or wish
        return Settling.DONE, note(self.wishes, claimed, WishCall(client, asked, self.address).run())
