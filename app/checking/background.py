"""The look at the org after the start: in the background, once for all processes, its result kept for health."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.checking.check import OrgCheck
from app.checking.codes import Level
from app.checking.rules import WrittenRules
from app.checking.shared import SharedResult
from app.domain.errors import CrmError
from app.domain.source import Source
from app.operations.described import iso

log = structlog.get_logger()

Rules = Callable[[], tuple[WrittenRules, Mapping[str, Source]]]

# While the org cannot be asked; and how often a process looks whether another one has the result.
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 900.0
LOOK_SECONDS = 5.0
_LOGGED = ("severity", "code", "message", "fix", "rules", "field", "file", "line")
_NOTHING: Mapping[str, Any] = {"at": None, "org": "", "message": "", "findings": []}


@dataclass
class CrmCheck:
    """To be made before the processes fork, and started in each of them. Safe to use from many threads.

    `rules` reads what is to be checked, and `config_hash` names it: when that changes, the org is looked at anew.
    """

    check: OrgCheck
    rules: Rules
    config_hash: Callable[[], str]
    on: bool
    pace: float = 1.0
    _result: SharedResult = field(default_factory=SharedResult, init=False)
    _asked: threading.Event = field(default_factory=threading.Event, init=False)

    def result(self) -> Mapping[str, Any]:
        """What is known now, from whichever process. For health; the keys are always all there.

        `state` is "off", "running", "ok", "warnings", "errors", or "away" if the org cannot be asked. `findings` are as
        `OrgFinding.described` says, without those that are unchecked.
        """
        if not self.on:
            return {"state": "off", **_NOTHING}
        found = self._result.read()
        if found is None or found["config"] != self.config_hash():
            return {"state": "running", **_NOTHING}
        return {name: value for name, value in found.items() if name not in ("config", "again")}

    @property
    def looks_again(self) -> bool:
        """Whether somebody has asked for another look, whose result is not there yet."""
        return bool((self._result.read() or {}).get("again"))

    def look_again(self) -> None:
        """Asks for another look, and returns at once. What is known stays until it is done."""
        found = self._result.read()
        if found is not None:
            self._result.write({**found, "again": True})
        self._asked.set()

    def start(self, stop: threading.Event) -> None:
        """Looks at the org in the background, until `stop`; returns at once."""
        if self.on:
            threading.Thread(target=self._run, args=(stop,), name="crm-check", daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        pause = FIRST_PAUSE
        while not stop.is_set():
            wait = LOOK_SECONDS
            if not self._try():
                wait, pause = pause, min(pause * 2, LONGEST_PAUSE)
            self._asked.wait(wait * self.pace)
            self._asked.clear()

    def _try(self) -> bool:
        """Whether there is nothing to look at again soon. Whatever happens here is no reason to trouble callbacks."""
        config_hash = self.config_hash()
        try:
            if self._done(config_hash):
                return True
            with self._result.claim() as ours:
                return not ours or self._done(config_hash) or self._look(config_hash)
        except Exception:
            log.exception("crm_check_failed")
            return False

    def _done(self, config_hash: str) -> bool:
        found = self._result.read()
        known = found is not None and found["config"] == config_hash and not found.get("again")
        return known and found is not None and found["state"] != "away"

    def _look(self, config_hash: str) -> bool:
        try:
            report = self.check.run(*self.rules())
        except CrmError as error:
            # A sandbox that starts beside us may need a moment more; nobody has to hear of it.
            again = self._result.read() is not None
            (log.warning if again else log.info)("crm_check_away", reason=error.reason.word, message=error.message)
            self._keep(config_hash, "away", message=error.message)
            return False
        except Exception as error:
            self._keep(config_hash, "away", message=f"The check failed with {type(error).__name__}; see the log.")
            raise
        found = [one.described() for one in report.findings if one.level is not Level.UNCHECKED]
        for one in found:
            log.warning("crm_check", **{name: one[name] for name in _LOGGED})
        if not found:
            log.info("crm_check_ok", org=report.org, calls=report.calls)
        levels = {one["severity"] for one in found}
        state = "errors" if Level.ERROR.value in levels else "warnings" if levels else "ok"
        self._keep(config_hash, state, org=report.org, findings=found)
        return True

    def _keep(self, config_hash: str, state: str, **known: Any) -> None:
        self._result.write({"config": config_hash, "state": state, **_NOTHING, "at": iso(time.time()), **known})
