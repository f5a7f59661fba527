"""The way of a callback through its states, as far as what is kept tells it."""

from collections.abc import Iterator, Sequence

from app.delivery.entry.states import Event
from app.domain.entry import Entry, State
from app.domain.reasons import Reason, Scope
from app.operations.timeline import Moment

# What is decided without an attempt leads through these states.
_DECIDED = {
    Event.DISCARDED.value: (State.DISCARDED,),
    Event.SKIPPED.value: (State.RECEIVED, State.DISCARDED),
    Event.GAVE_UP.value: (State.WAITING, State.FAILED),
}


def states_on_the_way(entry: Entry, moments: Sequence[Moment]) -> list[State]:
    """The states in their order, up to the one in which it is now."""
    way = [_begin(entry, moments)]
    for moment in moments:
        for state in _after(moment, way):
            if state is not way[-1]:
                way.append(state)
    if way[-1] is not entry.state:
        # What was promised makes of a refusal a failure; and what only a claim or a pause has changed left no line.
        if {way[-1], entry.state} == {State.REFUSED, State.FAILED}:
            way.pop()
        if not way or way[-1] is not entry.state:
            way.append(entry.state)
    return way


def _begin(entry: Entry, moments: Sequence[Moment]) -> State:
    if entry.reconciled and entry.event_id is not None:
        return State.WAITING
    attempted = any(moment.what == "attempt" for moment in moments)
    reason = Reason.of(entry.reason) if entry.reason else None
    never_read = entry.event_id is None or (reason is not None and reason.scope is Scope.REQUEST and not attempted)
    return State.INVALID if never_read else State.RECEIVED


def _after(moment: Moment, way: Sequence[State]) -> Iterator[State]:
    return _attempted(moment, way) if moment.what == "attempt" else iter(_DECIDED.get(moment.what, ()))


def _attempted(moment: Moment, way: Sequence[State]) -> Iterator[State]:
    if moment.runner == "engine" and way[-1] is State.RECEIVED:
        # It has waited for the engine: for the end of a pause, or of a lease.
        yield State.WAITING
    yield State.RECEIVED
    if moment.outcome == "delivered":
        yield State.DELIVERED
        return
    reason = Reason.of(moment.reason or "")
    if reason is None or not reason.permanent:
        yield State.WAITING
        return
    yield State.FAILED if State.WAITING in way else State.REFUSED
