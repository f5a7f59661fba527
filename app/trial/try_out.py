"""Tries a payload with the configuration in force and with a pasted one, within limits. Nothing is written."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.mapping.codes import Severity
from app.mapping.config import read_pasted
from app.mapping.foreign import EscapedError, Foreign, StalledError
from app.mapping.problems import Problem
from app.mapping.rules import Config
from app.trial.changes import Compared, compare
from app.trial.payload import Payload, Trial, try_rules

# A configuration of 100 rules is read in a second.
LIMIT_SECONDS = 5.0
LONGEST_CONFIG = 200_000  # characters
LONGEST_PAYLOAD = 65_536  # bytes; longer ones jtel may not send either


@dataclass(frozen=True)
class Tried:
    """What the configuration in force makes of the payload, and what is otherwise with a pasted one.

    If the pasted one has errors (`problems`), it was not tried.
    """

    live: Trial
    compared: Compared | None = None
    problems: Sequence[Problem] = ()

    @property
    def shown(self) -> Trial:
        """What is of interest: what the pasted configuration makes of it, if there is one."""
        return self.compared.new if self.compared else self.live


class NotTriedError(Exception):
    """It was too much, or took too long; `what` is "size", "time" or "busy"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class TryOut:
    """One at a time: whatever is pasted slows the callbacks of this process down for a few seconds at most."""

    def __init__(self, limit: float = LIMIT_SECONDS) -> None:
        self._limit = limit
        self._bounded: Foreign[Tried] = Foreign(limit)
        self._turn = threading.Lock()

    def run(self, payload: Payload, config: Config, pasted: str | None, now: datetime) -> Tried:
        """Raises `NotTriedError`."""
        if len(payload.body) + len(payload.query) > LONGEST_PAYLOAD or len(pasted or "") > LONGEST_CONFIG:
            raise NotTriedError("size")
        if not self._turn.acquire(timeout=self._limit):
            raise NotTriedError("busy")
        try:
            return self._bounded.call(lambda: _tried(payload, config, pasted, now))
        except (StalledError, EscapedError) as error:
            raise NotTriedError("time") from error
        finally:
            self._turn.release()


def _tried(payload: Payload, config: Config, pasted: str | None, now: datetime) -> Tried:
    live = try_rules(payload, config, now)
    if pasted is None:
        return Tried(live)
    other, problems = read_pasted(pasted)
    if other is None:
        return Tried(live, problems=[one for one in problems if one.severity is Severity.ERROR])
    return Tried(live, compare(live, try_rules(payload, other, now)))
