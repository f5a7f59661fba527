"""Callers who ask to be called back, of whom some ring again and are served, each in a way of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.support.ringback import Answer, RunningRingback

BERLIN = ZoneInfo("Europe/Berlin")
PATH = "/calls/connected"
# What becomes of those who ring again, so often in twelve.
PLAIN, AWAY, WAITING, TWO = "plain", "away", "waiting", "two"
CLOSED, LATER, OLD, ELSEWHERE = "closed", "later", "old", "elsewhere"
WAYS = [PLAIN] * 3 + [AWAY] * 2 + [WAITING] * 2 + [TWO, CLOSED, LATER, OLD, ELSEWHERE]
TOLD = (PLAIN, AWAY, WAITING, TWO)
OTHER_SOURCE = "no-queue"
_EVENT_IDS = count(600_001)


def clock(time: datetime) -> str:
    """As jtel writes it."""
    return time.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True)
class Caller:
    """`way` is nothing for one who does not ring again."""

    number: str
    way: str
    events: tuple[int, ...]
    called_at: datetime

    @property
    def external_ids(self) -> list[str]:
        """Of the Cases."""
        source = OTHER_SOURCE if self.way == ELSEWHERE else "default"
        return [f"{source}-{event_id}" for event_id in self.events]

    def callbacks(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The path and body of each callback."""
        hours = {LATER: -0.1, OLD: 25.0}.get(self.way, 0.5)
        asked_at = clock(self.called_at - timedelta(hours=hours))
        for event_id in self.events:
            path = f"/callbacks/{OTHER_SOURCE}" if self.way == ELSEWHERE else "/callbacks"
            yield path, {"AcdEventsID": event_id, "Caller": self.number, "Subject": self.way, "dtCallEnd": asked_at}

    def ring_again(self, ringback: RunningRingback, form: int = 0) -> Answer:
        """An agent takes the call, and jtel tells of it, in one of the forms that it may have."""
        at = self.called_at.astimezone(BERLIN)
        values = {"caller": self.number, "agent_uid": "aberg", "agent_firstname": "Anna", "agent_name": "Berg"}
        if form == 0:
            return ringback.post({**values, "date_time": clock(at)}, PATH)
        if form == 1:
            written = {f"${name}": value for name, value in values.items()} | {"$date_time": f"{at:%d.%m.%Y %H:%M:%S}"}
            return ringback.post(urlencode(written).encode(), PATH)
        written = {**values, "caller": f"+{self.number}", "Date_Time": f"{at:%Y-%m-%d %H:%M:%S}"}
        return ringback.post(path=f"{PATH}/default?{urlencode(written)}", method="GET")


def crowd(size: int) -> list[Caller]:
    """So many callers, of whom half ring again."""
    again = list(islice(cycle(WAYS), size // 2))
    now = datetime.now(UTC).replace(microsecond=0)
    return [
        Caller(
            f"49309{number:07}",
            way,
            tuple(islice(_EVENT_IDS, 2 if way == TWO else 1)),
            now - timedelta(seconds=number % 60),
        )
        for number, way in enumerate([*again, *[""] * (size - len(again))])
    ]


def of(callers: Sequence[Caller], *ways: str) -> list[Caller]:
    """Those who ring again in one of these ways."""
    return [caller for caller in callers if caller.way in ways]


def statuses(answers: Sequence[Answer]) -> set[tuple[int, str]]:
    """What was answered to them."""
    return {(answer.status, str(answer.body.get("status"))) for answer in answers}
