"""All that the model's state consists of. It is small and can be hashed: thousands of them are kept."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.rows import Row


class Left(NamedTuple):
    """How often what can go wrong still may."""

    crashes: int = 0
    lost: int = 0
    troubles: int = 0
    refusals: int = 0
    doubts: int = 0
    pauses: int = 0
    clocks: int = 0
    give_ups: int = 0
    queues: int = 0
    skips: int = 0


class World(NamedTuple):
    """What all actors share. `rows` are the event's versions in the ledger, `cases` external ids with their version.

    `alive` is what the heartbeats say. `unrecorded`: a Case was made that the ledger does not know. `overtaken`: one
    was made by somebody whose lease had run out.
    """

    rows: tuple[Row | None, ...]
    left: Left
    cases: tuple[tuple[str, int], ...] = ()
    comments: tuple[int, ...] = ()
    alive: bool = False
    paused: bool = False
    unrecorded: bool = False
    overtaken: bool = False

    def row(self, version: int) -> Row:
        """The version's row, which is there."""
        row = self.rows[version]
        assert row is not None
        return row

    def having(self, version: int, row: Row | None) -> "World":
        """The world with this row; unchanged if there is none."""
        if row is None:
            return self
        return self._replace(rows=(*self.rows[:version], row, *self.rows[version + 1 :]))

    def after(self, misfortune: str) -> "World":
        """The world in which this may go wrong once less."""
        return self._replace(left=self.left._replace(**{misfortune: getattr(self.left, misfortune) - 1}))

    def has_record(self, version: int) -> bool:
        """Whether the version is in the CRM, as a Case or as a comment."""
        return version in self.comments or any(version == one for _, one in self.cases)


class Actor(NamedTuple):
    """Who does something, and how far he is. `row` is the entry as he has claimed or seen it.

    `told` is what jtel has heard: "queued", "500", or "other", which is all alike.
    """

    name: str
    at: str = "new"
    version: int = 0
    row: Row | None = None
    result: str = ""
    told: str = ""

    @property
    def is_request(self) -> bool:
        """Whether jtel waits for him."""
        return self.name.startswith("request")

    @property
    def claimed(self) -> Row:
        """His row, which is there."""
        assert self.row is not None
        return self.row

    def gone(self, told: str = "") -> "Actor":
        """He is through with it, or dead."""
        heard = self.told or told
        return Actor(self.name, "gone", self.version, told=heard if heard in ("queued", "500") else "other")


class Step(NamedTuple):
    """What an actor can do next. `by_itself`: without a person, a new request or a new misfortune."""

    label: str
    world: World
    actor: Actor
    by_itself: bool = True


Steps = Iterator[Step]
