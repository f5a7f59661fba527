"""One call to jtel for a wish, and what is written down of it."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

import structlog

from app.domain.callback_wish import CallbackWish, DecideWish, accept, fail
from app.domain.errors import RingbackError
from app.domain.reasons import Reason
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from app.jtel.records import CreatedEvent
from app.ledger.wishes import Wishes
from app.operations.way_back.asked import AskedCallback
from app.operations.way_back.event import event_of, group_id_of

log = structlog.get_logger()

LOOK = (
    "So nobody knows whether jtel has the event. The operator looks there and says so: ringback wishes list. The wish "
    "is not sent again by itself."
)
NO_ANSWER = f"jtel has not answered in time. {LOOK}"
_TOO_LATE = "jtel took too long to look for the group, so it was not asked for the callback. Ask again."
_BUG = "Ringback met an error of its own. Look the requestId up in its log and report it."


@dataclass(frozen=True)
class NoEvent:
    """Why a call has brought no event. `unknown` if jtel may have made one all the same."""

    error: RingbackError
    unknown: bool = False


Ended = CreatedEvent | NoEvent


@dataclass(frozen=True)
class WishCall:
    """Asks jtel to make the event, in a thread of its own: whoever waits for it may go. `address` is the org's."""

    client: JtelClient
    asked: AskedCallback
    address: str
    # Whoever has it first decides whether the event is asked for or not.
    _fate: threading.Lock = field(default_factory=threading.Lock, init=False)

    def begin(self) -> Future[Ended]:
        """What it comes to."""
        ended: Future[Ended] = Future()
        threading.Thread(target=lambda: ended.set_result(self.run()), name="way-back", daemon=True).start()
        return ended

    def withdraw(self) -> Ended | None:
        """What it comes to if the event has not been asked for yet; nothing if it has."""
        if not self._fate.acquire(blocking=False):
            return None
        return NoEvent(RingbackError(Reason.JTEL_TIMEOUT, _TOO_LATE))

    def run(self) -> Ended:
        """Makes it now."""
        try:
            return self._ask()
        except JtelError as error:
            return _unknown(error) if error.unknown else NoEvent(error)
        except RingbackError as error:
            return NoEvent(error)
        # A bug, which may have come when jtel had the event already.
        except Exception as error:
            log.error("internal_error", error=type(error).__name__, exc_info=error)
            return _unknown(RingbackError(Reason.INTERNAL_ERROR, _BUG))

    def _ask(self) -> CreatedEvent:
        event = event_of(self.asked, group_id_of(self.client, self.asked.group), self.address)
        if not self._fate.acquire(blocking=False):
            raise RingbackError(Reason.JTEL_TIMEOUT, _TOO_LATE)
        return self.client.create_event(event)


def note(wishes: Wishes, wish: CallbackWish, ended: Ended) -> CallbackWish:
    """Writes down what the call came to; the wish as it is then. Raises `LedgerError`."""
    settled = wishes.change(wish.id, _decide(ended, str(wish.lease))) or wish
    error = ended.error if isinstance(ended, NoEvent) else None
    log.info(
        "wish",
        wish=wish.id,
        source=wish.source,
        case_id=wish.case_id,
        request_id=wish.request_id,
        state=settled.state.value,
        event_id=settled.event_id,
        reason=error.reason.word if error else None,
        message=error.message if error else None,
    )
    return settled


def _unknown(error: RingbackError) -> Ended:
    return NoEvent(RingbackError(error.reason, f"{error.message} {LOOK}"), unknown=True)


def _decide(ended: Ended, lease: str) -> DecideWish:
    """What it makes of the wish for which `lease` has asked."""
    if isinstance(ended, CreatedEvent):
        return accept(str(ended.event.id), updated=ended.updated)
    return fail(lease, ended.error.reason.word, ended.error.message, unknown=ended.unknown)
