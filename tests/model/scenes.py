"""Where walks begin: who takes part, and what may go wrong how often. Each is small; together they are the model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.model.command import DISCARD, REPLAY
from tests.model.engine import DEAD
from tests.model.rules import Rules
from tests.model.walk import Found, Walk
from tests.model.world import Actor, Left, World

FIRST, REPEAT = Actor("request 1"), Actor("request 2")
UPDATE = Actor("request 2", version=1)


@dataclass(frozen=True)
class Scene:
    """`left` says what may go wrong, `actors` take part. So many `attempts` are told apart."""

    actors: tuple[Actor, ...]
    left: Left
    attempts: int = 0

    def walk(self, rules: Rules) -> Found:
        """What is found by these rules."""
        versions = max(actor.version for actor in self.actors) + 1
        counting = replace(rules, most_attempts=self.attempts)
        # An engine was seen a moment ago, and may have died since.
        return Walk(counting, World((None,) * versions, self.left, alive=True), self.actors).run()


ONE = (FIRST, DEAD)
TWO = (FIRST, REPEAT, DEAD)
VERSIONS = (FIRST, UPDATE, DEAD)
REPLAYED = (FIRST, DEAD, REPLAY)
DISCARDED = (FIRST, DEAD, DISCARD)
SCENES: Mapping[str, Scene] = {
    "a repeat": Scene(TWO, Left(troubles=1, refusals=1)),
    "a repeat, two crashes": Scene(TWO, Left(crashes=2)),
    "a repeat, two lost answers": Scene(TWO, Left(lost=2)),
    "a repeat, the ledger away": Scene(TWO, Left(doubts=1, refusals=1)),
    "the ledger away, a crash": Scene(ONE, Left(doubts=2, refusals=1, crashes=1)),
    "a repeat, a pause": Scene(TWO, Left(troubles=1, pauses=1, give_ups=1)),
    "a repeat, a clock that is set back": Scene(TWO, Left(troubles=1, clocks=1)),
    "a pause, a crash": Scene(ONE, Left(troubles=1, pauses=1, give_ups=1, crashes=1)),
    "two crashes, two lost answers": Scene(ONE, Left(crashes=2, lost=2)),
    "a repeat, a turn that never came": Scene(TWO, Left(refusals=1, queues=1)),
    "a turn that never came, a lost answer, a crash": Scene(ONE, Left(lost=1, crashes=1, queues=2)),
    "a replay, a crash": Scene(REPLAYED, Left(refusals=1, crashes=1)),
    "a replay, a lost answer": Scene(REPLAYED, Left(troubles=1, lost=1)),
    "discarded, a crash": Scene(DISCARDED, Left(refusals=1, crashes=1), attempts=4),
    "discarded, a lost answer": Scene(DISCARDED, Left(troubles=1, lost=1), attempts=4),
    "skipped by changed rules, a lost answer": Scene(TWO, Left(lost=1, skips=1)),
    "skipped by changed rules, a crash": Scene(REPLAYED, Left(crashes=1, skips=1)),
    "two versions, skipped": Scene(VERSIONS, Left(skips=1)),
    "two versions": Scene(VERSIONS, Left(refusals=1)),
    "two versions, a lost answer": Scene(VERSIONS, Left(lost=1)),
}
