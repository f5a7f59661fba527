"""What was called: for tests that count requests and logins."""

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 10_000
HEADERS = (
    "user-agent",
    "content-type",
    "sforce-auto-assign",
    "sforce-duplicate-rule-header",
    "sforce-call-options",
    "sforce-query-options",
)


@dataclass(frozen=True)
class LoggedCall:
    """One request; no status when the connection was cut before an answer."""

    method: str
    path: str
    status: int | None
    headers: dict[str, str]
    faults: list[str]


class CallLog:
    """The latest calls, and counts of all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._period = 0
        self.clear()

    @property
    def period(self) -> int:
        """Which log a call that begins now belongs to; another after each reset."""
        return self._period

    def clear(self) -> None:
        with self._lock:
            self._period += 1
            self._calls: deque[LoggedCall] = deque(maxlen=KEPT)
            self._counts: Counter[str] = Counter()

    def add(self, call: LoggedCall, period: int) -> None:
        """Note a call, unless it began before the reset: the next test must not count it as its own."""
        with self._lock:
            if period != self._period:
                return
            self._calls.append(call)
            self._counts[f"{call.method} {call.path.partition('?')[0]}"] += 1

    def report(self) -> dict[str, Any]:
        with self._lock:
            logins = sum(n for name, n in self._counts.items() if name.endswith("/services/oauth2/token"))
            return {
                "total": self._counts.total(),
                "logins": logins,
                "counts": dict(self._counts),
                "calls": [asdict(call) for call in self._calls],
            }
