"""Remembers answers for a time; of many threads that want the same new one, one gets it and the others wait."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.waiting import Deadline

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class _Kept(Generic[V]):
    value: V
    since: float
    until: float


class Cache(Generic[K, V]):
    """Up to `size` answers; those not asked for longest go first. `lifetime` says for how many seconds one is good.

    One that is good for none goes to those who wait for it, and is not kept.
    """

    def __init__(self, size: int, lifetime: Callable[[K, V], float]) -> None:
        self._size = size
        self._lifetime = lifetime
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._under_way: dict[K, Future[V | CrmError]] = {}
        self._lock = threading.Lock()

    def get_all(
        self, keys: Iterable[K], look_up: Callable[[list[K]], Mapping[K, V | CrmError]], deadline: Deadline
    ) -> dict[K, V | CrmError]:
        """An answer for each key. `look_up` gets in order what nobody knows or asks for. Errors are not kept."""
        found, ours, others = self._claim(dict.fromkeys(keys))
        if ours:
            found |= self._get(ours, look_up)
        # Our own first: who waits for us must not wait for what we wait for.
        for key, answer in others.items():
            found[key] = _wait(answer, deadline)
        return found

    def forget(self, keys: Iterable[K], older_than: float) -> bool:
        """Drops the answers, which turned out to be wrong, if they are older (in seconds); whether there were such."""
        born = time.monotonic() - older_than
        with self._lock:
            old = [key for key in set(keys) & self._kept.keys() if self._kept[key].since <= born]
            for key in old:
                del self._kept[key]
        return bool(old)

    def _claim(self, keys: Iterable[K]) -> tuple[dict[K, V | CrmError], list[K], dict[K, "Future[V | CrmError]"]]:
        found: dict[K, V | CrmError] = {}
        with self._lock:
            for key in keys:
                kept = self._kept.get(key)
                if kept is not None and kept.until > time.monotonic():
                    self._kept.move_to_end(key)
                    found[key] = kept.value
            rest = [key for key in keys if key not in found]
            others = {key: self._under_way[key] for key in rest if key in self._under_way}
            ours = [key for key in rest if key not in others]
            self._under_way |= {key: Future() for key in ours}
        return found, ours, others

    def _get(self, ours: list[K], look_up: Callable[[list[K]], Mapping[K, V | CrmError]]) -> Mapping[K, V | CrmError]:
        answers: Mapping[K, V | CrmError] = {}
        try:
            answers = look_up(ours)
        finally:
            self._publish(ours, answers)
        return answers

    def _publish(self, ours: list[K], answers: Mapping[K, V | CrmError]) -> None:
        now = time.monotonic()
        with self._lock:
            for key in ours:
                answer = answers.get(key)
                if answer is None:
                    answer = CrmError(Reason.CRM_ANSWER_UNREADABLE, "What another callback looked up has failed.")
                if not isinstance(answer, CrmError) and (seconds := self._lifetime(key, answer)):
                    self._kept[key] = _Kept(answer, now, now + seconds)
                    self._kept.move_to_end(key)
                self._under_way.pop(key).set_result(answer)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


def _wait(answer: "Future[V | CrmError]", deadline: Deadline) -> V | CrmError:
    try:
        return answer.result(timeout=deadline.remaining())
    except FutureTimeoutError:
        return CrmError(Reason.CRM_TIMEOUT, "Salesforce has not told in time what the record refers to.")
