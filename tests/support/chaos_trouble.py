"""What goes wrong, one thing after the other, as a seed has it."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import requests

from tests.support.chaos_house import House

# A trigger that fails for a reason of its own is a refusal for good; this passes.
LOCK_IN_TRIGGER = "CaseTrigger: execution of AfterInsert caused by: System.DmlException: UNABLE_TO_LOCK_ROW"
FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("unavailable", {}),
    ("html", {}),
    ("empty", {}),
    ("latency", {"seconds": 1}),
    ("latency", {"seconds": 4}),
    ("slow_body", {"seconds": 3}),
    ("hang", {"seconds": 4}),
    ("reset_before", {}),
    ("reset_after", {}),
    ("expired_session", {}),
    ("void_session", {}),
    ("lock", {}),
    ("concurrent_limit", {}),
    ("maintenance", {}),
    # What companions of one call do to one another.
    ("record_time", {"seconds": 0.1, "per_record": 0.05}),
    ("governor_limit", {"most": 3}),
    ("trigger", {"when": "SuppliedPhone LIKE '%7'", "message": LOCK_IN_TRIGGER}),
    ("parent_lock", {"seconds": 0.3}),
    ("batch_retries", {}),
    ("too_large", {"most": 4_000}),
)
# After these nobody knows what became of what was asked.
LOSES = {"unavailable", "html", "empty", "latency", "slow_body", "hang", "reset_before", "reset_after"}

_TRIES_TO_FREEZE = 10


class Trouble:
    """Makes trouble every `pause` seconds until told to stop, and until the `first` have come; without a pause none.

    `lost` counts the calls whose answers it has lost, and what was away for a while.
    """

    def __init__(self, house: House, seed: int, pause: float | None, first: Sequence[str] = ()) -> None:
        self.house, self.pause, self._first = house, pause, list(first)
        self.made: Counter[str] = Counter()
        self.lost = 0
        self.error: BaseException | None = None
        self._choose = random.Random(seed)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trouble")

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, with everything running and no fault set. Raises what went wrong with the trouble itself."""
        self._stopped.set()
        self._thread.join()
        if self.error is not None:
            raise self.error
        self.house.sandbox.clear_faults()

    def _run(self) -> None:
        try:
            while self.pause and (not self._stopped.wait(self.pause * self._choose.uniform(0.5, 1.5)) or self._first):
                self._once()
        except BaseException as error:  # it belongs to whoever started the run
            self.error = error

    def _once(self) -> None:
        kinds = self._kinds()
        chosen = self._choose.choices(list(kinds), weights=[weight for weight, _ in kinds.values()])[0]
        kind = self._first.pop(0) if self._first else chosen
        before = self.house.kills.total()
        kinds[kind][1]()
        self.made[kind] += kind != "frozen" or self.house.kills.total() > before
        self.lost += self.house.kills.total() - before

    def _kinds(self) -> dict[str, tuple[int, Callable[[], None]]]:
        kinds: dict[str, tuple[int, Callable[[], None]]] = {
            "web process": (5, lambda: self.house.kill_web_process(self._choose)),
            "gunicorn": (2, self.house.kill_master),
            "everything": (1, self.house.kill_all),
            "polite restart": (1, self.house.restart_politely),
            "frozen": (2, self._freeze),
            "salesforce away": (2, self._salesforce_away),
            "salesforce fault": (8, self._salesforce_fault),
            "case closed": (2, self._close_case),
        }
        if self.house.engine == "procrastinate":
            kinds["worker"] = (5, lambda: self.house.kill_worker(self._choose))
        if self.house.postgres is not None:
            kinds["postgres"] = (2, lambda: self.house.crash_postgres(self._choose.uniform(0, 1)))
            kinds["postgres frozen"] = (1, lambda: self.house.freeze_postgres(self._choose.uniform(1, 8)))
        return kinds

    def _freeze(self) -> None:
        # While a call is slow it is likely to be amid one.
        self.house.sandbox.fault("latency", share=1, seconds=0.5)
        time.sleep(0.2)
        before = self.house.kills["frozen"]
        # It may be amid a transaction, in which nobody is to stand still.
        for _ in range(_TRIES_TO_FREEZE):
            self.house.freeze_web_process(self._choose)
            if self.house.kills["frozen"] > before:
                break
        self.house.sandbox.clear_faults()

    def _salesforce_away(self) -> None:
        self.lost += 1
        self.house.kill_sandbox()
        time.sleep(self._choose.uniform(0.1, 2))
        self.house.start_sandbox()

    def _salesforce_fault(self) -> None:
        name, parameters = self._choose.choice(FAULTS)
        share = self._choose.choice((0.1, 0.3, 1))
        self.made[name] += 1
        self.house.sandbox.fault(name, share=share, **parameters)
        if self._choose.random() < 0.4:
            # Somebody dies while Salesforce is in trouble.
            self.house.kill_web_process(self._choose)
        time.sleep(self._choose.uniform(0.2, 2.5))
        self.lost += sum(fault["hits"] for fault in self.house.sandbox.faults() if fault["fault"] in LOSES)
        self.house.sandbox.clear_faults()

    def _close_case(self) -> None:
        with suppress(requests.RequestException, AssertionError):
            found = self.house.sandbox.query(
                "SELECT CaseNumber FROM Case WHERE IsClosed = false ORDER BY CaseNumber DESC LIMIT 20"
            )
            if found:
                self.house.sandbox.org("close-case", case=self._choose.choice(found)["CaseNumber"])
