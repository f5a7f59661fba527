"""Takes a Flow's wish for a callback, stores it, and asks jtel for it once."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.delivery.request.intake import Sent
from app.delivery.request.later import Later
from app.domain.callback_wish import ACCEPTED, CallbackWish, WishState, claim, fail, lose
from app.domain.errors import PayloadError, RingbackError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.record import Written
from app.jtel.client import JtelClient
from app.jtel.records import CreatedEvent
from app.ledger.database import LedgerError
from app.ledger.wishes import Wishes
from app.operations.way_back.asked import AskedCallback, read_asked
from app.operations.way_back.call import NO_ANSWER, Ended, NoEvent, WishCall, note
from app.rules_in_force.in_force import InForce
from app.waiting import Deadline

log = structlog.get_logger()

# How soon a repeat looks whether the request that asks jtel is done.
LOOK_AGAIN = 0.1
_STATUS = {
    WishState.REQUESTED: Status.REQUESTED,
    WishState.EXISTING_EVENT: Status.EXISTING_EVENT,
    WishState.REFUSED: Status.REFUSED,
    WishState.DISCARDED: Status.DISCARDED,
}
_LEDGER_AWAY = "Ringback's database is away, so jtel was not asked. The operator mends it; then ask again."
_LOST = (
    "Ringback was ended while it asked jtel, so nobody knows whether jtel has the event. The operator looks there and "
    "says so: ringback wishes list. The wish is not sent again by itself."
)
_NO_JTEL = "This source has no way to jtel: set JTEL_URL, JTEL_TOKEN and JTEL_CLIENTS_ID, see docs/jtel-api.md."


@dataclass(frozen=True)
class WayBack:
    """`clients` are by source, `address` is the org's. An answer is there within `seconds`; a lease outlasts them."""

    in_force: InForce
    wishes: Wishes
    clients: Callable[[str], JtelClient | None]
    address: str
    seconds: float
    lease_seconds: float
    later: Later = field(default_factory=Later)

    def ask(self, sent: Sent) -> Outcome:
        """What became of the wish in this request."""
        deadline = Deadline(self.seconds)
        # What let the request in may just have been replaced.
        source = self.in_force.loaded.config.sources.get(sent.source.name, sent.source)
        try:
            if sent.problem is not None:
                raise sent.problem
            asked = read_asked(sent.body, source)
        except PayloadError as error:
            return Outcome.of_error(error)
        client = self.clients(source.name)
        if client is None:
            return self._refused(asked, RingbackError(Reason.JTEL_NOT_CONFIGURED, _NO_JTEL))
        lease = uuid.uuid4().hex
        try:
            wish = self._take(sent, asked, lease, deadline)
        except LedgerError as error:
            log.error("ledger_unavailable", error=str(error))
            self._take_back(lease, error)
            return self._refused(asked, RingbackError(Reason.LEDGER_UNAVAILABLE, _LEDGER_AWAY))
        return self._call(wish, asked, client, deadline) if wish.lease == lease else _outcome(wish)

    def close(self) -> None:
        """Writes down what came late."""
        self.later.close()

    def _take(self, sent: Sent, asked: AskedCallback, lease: str, deadline: Deadline) -> CallbackWish:
        """The wish, with this lease if this request is the one to ask jtel. Raises `LedgerError`."""
        brought = {"asked": asked.as_json(), "request_id": sent.request_id}
        identity = {"source": sent.source.name, "case_id": asked.case_id}
        key = self.wishes.codec.digest(asked.key)
        new = {**identity, "wish_key": key, **brought, "lease": lease}
        wish, fresh = self.wishes.store(new, asked.number, self.lease_seconds)
        if fresh:
            return wish
        wish = self._watch(wish, deadline)
        if wish.state is WishState.REFUSED:
            anew = {**brought, "number_index": self.wishes.codec.number(asked.number)}
            taken = self.wishes.change(wish.id, claim(lease, self.lease_seconds, anew)) or wish
            # Another request may have been faster.
            return taken if taken.lease == lease else self._watch(taken, deadline)
        return self.wishes.change(wish.id, lose(Reason.WISH_UNANSWERED.word, _LOST)) or wish

    def _watch(self, wish: CallbackWish, deadline: Deadline) -> CallbackWish:
        """The wish when whoever asks jtel is done, or at the deadline. Raises `LedgerError`."""
        while wish.is_asking(self.wishes.now()) and deadline.remaining() > 0:
            time.sleep(min(LOOK_AGAIN, deadline.remaining()))
            wish = self.wishes.get(wish.id) or wish
        return wish

    def _call(self, wish: CallbackWish, asked: AskedCallback, client: JtelClient, deadline: Deadline) -> Outcome:
        call = WishCall(client, asked, self.address)
        under_way = call.begin()
        try:
            ended = under_way.result(deadline.remaining())
        except TimeoutError:
            unsent = call.withdraw()
            # It goes on, but whoever asked has to be told something.
            ended = unsent or NoEvent(RingbackError(Reason.JTEL_TIMEOUT, NO_ANSWER), unknown=True)
            if unsent is None:
                under_way.add_done_callback(lambda done: self._note_later(wish, done.result()))
        try:
            return _outcome(note(self.wishes, wish, ended))
        except LedgerError as error:
            log.error("ledger_unavailable", error=str(error))
            self._note_later(wish, ended)
            return self._untold(wish, ended)

    def _note_later(self, wish: CallbackWish, ended: Ended) -> None:
        self.later.add(lambda: note(self.wishes, wish, ended))

    def _take_back(self, lease: str, error: LedgerError) -> None:
        """What may have been stored after all was not sent: a repeat may ask."""
        if error.unknown:
            refused = fail(lease, Reason.LEDGER_UNAVAILABLE.word, _LEDGER_AWAY, unknown=False)
            self.later.add(lambda: self.wishes.change_leased(lease, refused))

    def _untold(self, wish: CallbackWish, ended: Ended) -> Outcome:
        """What to say where it could not be written down."""
        case = _case(wish.case_id)
        if isinstance(ended, CreatedEvent):
            status = Status.EXISTING_EVENT if ended.updated else Status.REQUESTED
            return Outcome(status, str(ended.event.id), written=case)
        status = Status.UNKNOWN if ended.unknown else Status.REFUSED
        return Outcome(status, written=case, reason=ended.error.reason, message=ended.error.message)

    def _refused(self, asked: AskedCallback, error: RingbackError) -> Outcome:
        return Outcome(Status.REFUSED, written=_case(asked.case_id), reason=error.reason, message=error.message)


def _outcome(wish: CallbackWish) -> Outcome:
    """What the ledger says of a wish."""
    status = _STATUS.get(wish.state, Status.UNKNOWN)
    if wish.state in ACCEPTED or wish.state is WishState.DISCARDED:
        return Outcome(status, wish.event_id, written=_case(wish.case_id))
    reason = Reason.of(wish.reason) or Reason.WISH_UNANSWERED
    return Outcome(status, written=_case(wish.case_id), reason=reason, message=wish.message or NO_ANSWER)


def _case(case_id: str) -> Written:
    return Written(case_id, None, created=False)
