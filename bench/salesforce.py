"""The stand-in in a process of its own, as the bench sees it."""

import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Self

import requests

from tests.support.process import free_port, stop, wait_until_answers


class RunningStandIn:
    """Starts when entered, ends when left."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._http = requests.Session()
        self._http.trust_env = False

    def __enter__(self) -> Self:
        self._process = subprocess.Popen([sys.executable, "-m", "bench.stand_in", "--port", str(self.port)])
        wait_until_answers(f"{self.url}/stand-in/counts", self._process)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()
        stop(self._process)

    def mood(self, *, delay: float = 0.0, hangs: bool = False, away: bool = False) -> None:
        """From now on it answers after `delay` seconds, or never, or with 503."""
        self._ask("mood", {"delay": delay, "hangs": hangs, "away": away})

    def reset(self) -> None:
        """Forgets its records and counts."""
        self._ask("reset", {})

    def counts(self) -> dict[str, int]:
        """Calls since the last reset by kind, `cases`, and `duplicates` that the unique index kept out."""
        counts: dict[str, int] = self._ask("counts", {})
        return {"calls": 0, "duplicates": 0, **counts}

    def settled_counts(self, seconds: float = 30.0) -> dict[str, int]:
        """The counts once nothing has changed for a moment: clients that have gone leave calls behind."""
        end = time.monotonic() + seconds
        before, counts = None, self.counts()
        while before != counts and time.monotonic() < end:
            time.sleep(0.5)
            before, counts = counts, self.counts()
        return counts

    def external_ids(self) -> list[str]:
        """Those of all Cases, in the order in which they were made."""
        ids: list[str] = self._ask("external-ids", {})
        return ids

    def _ask(self, what: str, body: Any) -> Any:
        answer = self._http.post(f"{self.url}/stand-in/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()
