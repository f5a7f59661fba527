"""The places of one lane: each makes one call at a time, with what may go together of all that waits."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from app.crm.port import MOST_AT_ONCE
from app.delivery.courier.member import Lane, Look, Member
from app.delivery.courier.pace import Pace
from app.gather import Gather

# Of the records, in a call of at most 1 MB. Salesforce takes more, but not as soon.
MOST_BYTES = 950_000
# A call that has just begun is still being written: what comes meanwhile gathers, and none goes beside it.
SETTING_OUT = 0.005
Item = Member | Look[Any]


class Places:
    """So many places of one lane. `go` is given one `Look`, or the members of one call, the first ones first.

    `seconds` is how long a call may last, `soon` how long it should.
    """

    def __init__(
        self, lane: Lane, count: int, go: Callable[["Places", Sequence[Item]], None], *, seconds: float, soon: float
    ) -> None:
        self.seconds = seconds
        self.pace = Pace(soon)
        self._go = go
        self._latest: Item | None = None
        self._began = 0.0
        self._gather = Gather[Item](
            self._round, _failed, name=f"courier-{lane.value}", workers=count, take=self._take, again=SETTING_OUT
        )
        self.add, self.withdraw, self.close = self._gather.add, self._gather.withdraw, self._gather.close

    def withdraw_all(self, rule: str | None) -> list[Member]:
        """Takes back the records that no call has taken yet, of this rule if it is given."""
        items = self._gather.withdraw_all(lambda item: isinstance(item, Member) and rule in (None, item.rule))
        return [item for item in items if isinstance(item, Member)]

    def _round(self, items: list[Item]) -> None:
        try:
            self._go(self, items)
        finally:
            if self._latest is items[0]:
                self._latest = None

    def _take(self, queue: Sequence[Item]) -> Sequence[Item]:
        look = next((item for item in queue if isinstance(item, Look)), None)
        if look is not None:
            return [look]
        if self._latest is not None and time.monotonic() - self._began < SETTING_OUT:
            return []
        call = self._together(sorted((item for item in queue if isinstance(item, Member)), key=lambda one: one.number))
        self._latest, self._began = call[0], time.monotonic()
        return call

    def _together(self, waiting: Sequence[Member]) -> list[Member]:
        """The first one, and the next ones that may go with it."""
        first = waiting[0]
        most = min(MOST_AT_ONCE, first.most, self.pace.most(first.group))
        call: list[Member] = []
        taken: set[str] = set()
        size = 0
        for member in waiting:
            if len(call) == most:
                break
            # Who is suspected goes only with others of the call that has failed.
            if (member.group, member.most) != (first.group, first.most) or member.external_id in taken:
                continue
            size += member.sending.size
            if call and size > MOST_BYTES:
                break
            call.append(member)
            taken.add(member.external_id)
        return call


def _failed(items: Sequence[Item], error: BaseException) -> None:
    for item in items:
        if not item.done():
            item.set_exception(error)
