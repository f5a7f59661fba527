"""Planted mistakes: rules as somebody might write them one day. The model has to find what each of them breaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.entry import Decide, State
from tests.model.rows import Row
from tests.model.rules import CHANGES, Build, Rules, receive
from tests.model.scenes import DISCARDED, ONE, REPLAYED, TWO, VERSIONS, Scene
from tests.model.walk import STUCK
from tests.model.world import Left


@dataclass(frozen=True)
class Mistake:
    """The rules with it, where it shows, and what it breaks."""

    rules: Rules
    scene: Scene
    breaks: str


def _spoilt(name: str, build: Build) -> Rules:
    return Rules({**CHANGES, name: build})


def _writes(name: str, **values: Any) -> Rules:
    """The change writes these values whatever they should be."""

    def build(*words: Any) -> Decide:
        decide = CHANGES[name](*words)
        return lambda entry, now: (change := decide(entry, now)) and {**change, **values}

    return _spoilt(name, build)


def _overlooks(name: str, **values: Any) -> Rules:
    """The change takes every entry for one that has these values."""

    def build(*words: Any) -> Decide:
        decide = CHANGES[name](*words)
        return lambda entry, now: decide(replace(entry, **values), now)

    return _spoilt(name, build)


def _confuses(name: str, state: State, other: State) -> Rules:
    """The change takes an entry in one state for one in another."""

    def build(*words: Any) -> Decide:
        decide = CHANGES[name](*words)
        return lambda entry, now: decide(replace(entry, state=other) if entry.state is state else entry, now)

    return _spoilt(name, build)


def _ignores_lease(name: str) -> Rules:
    """The change counts whoever holds the lease: its first word is the row as it was."""

    def build(was: Row, *words: Any) -> Decide:
        return lambda entry, now: CHANGES[name](was._replace(lease=entry.lease), *words)(entry, now)

    return _spoilt(name, build)


def _leaves(name: str, state: State) -> Rules:
    """The change leaves entries in this state alone."""

    def build(*words: Any) -> Decide:
        decide = CHANGES[name](*words)
        return lambda entry, now: None if entry.state is state else decide(entry, now)

    return _spoilt(name, build)


def _settles(spoil: Callable[[str, bool, bool], tuple[str, bool, bool]]) -> Rules:
    """An attempt is settled with other words: the result, whether it may not wait, whether it was promised."""

    def build(attempted: Row, *words: Any) -> Decide:
        return CHANGES["settle"](attempted, *spoil(*words))

    return _spoilt("settle", build)


def _forgets_if_unsent() -> Rules:
    """What was not sent counts as surely not written, whatever an earlier attempt has done."""

    def build(attempted: Row, result: str, *words: Any) -> Decide:
        decide = CHANGES["settle"](attempted, result, *words)
        forgotten = {"unknown": False} if result == "unsent" else {}
        return lambda entry, now: (change := decide(entry, now)) and {**change, **forgotten}

    return _spoilt("settle", build)


_TAKEN = "a lease that runs was taken from its holder"
_DISOWNED = "jtel has heard 200, but Ringback does nothing more"
_TWO_CASES = "a version has two Cases"
_NOT_KNOWN = "it is in the CRM, and the ledger does not know"

MISTAKES: Mapping[str, Mistake] = {
    "an attempt is settled by whoever comes": Mistake(_ignores_lease("settle"), Scene(ONE, Left(refusals=1)), _TAKEN),
    "a callback is held by whoever comes": Mistake(_ignores_lease("hold"), Scene(ONE, Left(pauses=1)), _TAKEN),
    "a claim forgets the promise": Mistake(
        _writes("claim by engine", promised=False), Scene(ONE, Left(refusals=1)), _DISOWNED
    ),
    "a claim forgets that the outcome is unknown": Mistake(
        _writes("claim by engine", unknown=False), Scene(ONE, Left(crashes=1)), _TWO_CASES
    ),
    "a request's claim forgets that the outcome is unknown": Mistake(
        _writes("claim by request", unknown=False), Scene(TWO, Left(crashes=1)), _TWO_CASES
    ),
    "refused after a promise": Mistake(
        _settles(lambda result, ending, _: (result, ending, False)),
        Scene(ONE, Left(refusals=1, doubts=1)),
        _DISOWNED,
    ),
    "a repeat's promise is not written down": Mistake(
        _leaves("promise", State.RECEIVED), Scene(TWO, Left(refusals=1)), _DISOWNED
    ),
    "an engine claims what is being attempted": Mistake(
        _overlooks("claim by engine", lease_until=None), Scene(ONE, Left()), _TAKEN
    ),
    "a request claims what an engine attempts": Mistake(
        _overlooks("claim by request", lease_until=None), Scene(TWO, Left(crashes=1)), _TAKEN
    ),
    "a replay claims what is being attempted": Mistake(
        _overlooks("claim by command", lease_until=None), Scene(REPLAYED, Left()), _TAKEN
    ),
    "a success loses to a discard": Mistake(
        _leaves("settle", State.DISCARDED), Scene(DISCARDED, Left()), "a success has not won"
    ),
    "stored and leased in two commits": Mistake(
        Rules(receive=lambda lease: {**receive(lease), "lease": None, "lease_until": None}), Scene(ONE, Left()), _TAKEN
    ),
    "an unknown outcome counts as none": Mistake(
        _settles(lambda result, ending, promised: ("trouble" if result == "lost" else result, ending, promised)),
        Scene(ONE, Left(lost=1)),
        "an unknown outcome was answered with a 500",
    ),
    "what is being attempted is given up": Mistake(
        _confuses("give up", State.RECEIVED, State.WAITING), Scene(ONE, Left(give_ups=1, crashes=1)), _NOT_KNOWN
    ),
    "what waits is due at no time": Mistake(_writes("settle", due_at=None), Scene(ONE, Left(troubles=1)), STUCK),
    "no engine takes what a dead process has left": Mistake(
        _leaves("claim by engine", State.RECEIVED), Scene(ONE, Left(crashes=1)), STUCK
    ),
    "queued is said without an engine": Mistake(
        Rules(must_end=lambda _: False), Scene(ONE, Left(troubles=1)), "queued was said while no engine is alive"
    ),
    "held, but not promised": Mistake(
        _writes("hold", promised=False), Scene(TWO, Left(pauses=1, refusals=1)), _DISOWNED
    ),
    "what came to no turn forgets that the outcome is unknown": Mistake(
        _forgets_if_unsent(), Scene(ONE, Left(lost=1, queues=1)), _TWO_CASES
    ),
    "what came to no turn is due at no time": Mistake(_writes("hold", due_at=None), Scene(ONE, Left(queues=1)), STUCK),
    "discarded without a look into the CRM": Mistake(
        Rules(looks=lambda _: False), Scene(DISCARDED, Left(crashes=1)), _NOT_KNOWN
    ),
    "discarded although it was attempted since": Mistake(
        _ignores_lease("discard"), Scene(DISCARDED, Left(refusals=1, crashes=1), attempts=4), _NOT_KNOWN
    ),
    "skipped without a look into the CRM": Mistake(
        Rules(looks_for=lambda _: False), Scene(ONE, Left(lost=1, skips=1)), _NOT_KNOWN
    ),
    "another version's Case counts as its own": Mistake(
        Rules(is_own=lambda *_: True), Scene(VERSIONS, Left()), "jtel has heard of a Case that is not there"
    ),
}
