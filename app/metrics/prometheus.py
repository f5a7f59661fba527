"""Counts for Prometheus, over all processes that are forked from the one that made the meter."""

import math
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from app.metrics.families import Families, Series, asked_families, counted_families
from app.metrics.meter import Meter
from app.metrics.shared import SharedNumbers, Slot
from app.metrics.table import BUCKETS, Metric, MetricKind, Sample

log = structlog.get_logger()

# One of a counter. A histogram's buckets, what is over them all, and the sum. A gauge's value and when it was set.
_NUMBERS = {MetricKind.COUNTER: 1, MetricKind.HISTOGRAM: len(BUCKETS) + 2, MetricKind.LATEST: 2}
# More combinations of labels than any configuration has; beyond it all are counted as one.
MOST_SERIES = 1_000
OTHER = "other"
_LONGEST_LABEL = 200


class PrometheusMeter(Meter):
    """Safe to use from many threads. To be made before the processes fork."""

    def __init__(self) -> None:
        self._shared = SharedNumbers()
        self._lock = threading.Lock()
        self._slot: Slot | None = None
        self._pid = 0
        self._told = False

    def count(self, metric: Metric, *labels: str | None) -> None:
        """As `Meter.count`."""
        self._note(metric, 1.0, labels)

    def observe(self, metric: Metric, seconds: float, *labels: str | None) -> None:
        """As `Meter.observe`. What is no number is left out: it would spoil the sum for ever."""
        self._note(metric, seconds, labels)

    def set(self, metric: Metric, value: float, *labels: str | None) -> None:
        """As `Meter.set`."""
        self._note(metric, value, labels)

    def latest(self, metric: Metric) -> float | None:
        """As `Meter.latest`."""
        numbers = self._series().get((metric, ()))
        return numbers[0] if numbers else None

    def _note(self, metric: Metric, value: float, labels: tuple[str | None, ...]) -> None:
        try:
            if math.isfinite(value):
                self._record(metric, value, _key(metric, labels), len(labels))
        except Exception as error:
            # Once: the trouble is likely to go on.
            if not self._told:
                self._told = True
                log.error("not_counted", metric=metric.full_name, error=type(error).__name__, exc_info=error)

    def _record(self, metric: Metric, value: float, key: bytes, labels: int) -> None:
        with self._lock:
            slot = self._own()
            at = slot.places.get(key)
            if at is None and slot.size_of(metric.name.encode()) >= MOST_SERIES:
                key = _key(metric, (OTHER,) * labels)
                at = slot.places.get(key)
            if at is None:
                at = slot.add(key, _NUMBERS[metric.kind])
            _add(slot.numbers, at, metric.kind, value)

    def exposition(self, accept: str, asked: Iterable[Sample]) -> tuple[bytes, str]:
        """All metrics as text in a form that the header `Accept` takes, and its content type.

        `asked` are the values of those that nobody counts.
        """
        samples = ((metric, tuple(map(_shown, labels)), value) for metric, labels, value in asked)
        registry = CollectorRegistry()
        registry.register(Families([*counted_families(self._series()), *asked_families(samples)]))
        encode, content_type = choose_encoder(accept)
        return encode(registry), content_type

    def _own(self) -> Slot:
        # A process that was forked needs one of its own.
        if self._slot is None or self._pid != os.getpid():
            self._slot, self._pid = self._shared.take(), os.getpid()
        return self._slot

    def _series(self) -> Series:
        """Every series that was counted, over all processes."""
        together: Series = {}
        for key, numbers in self._shared.read():
            name, *labels = key.decode().split("\0")
            series = Metric[name], tuple(labels)
            together[series] = _together(series[0].kind, together.get(series), numbers)
        return together


@lru_cache(MOST_SERIES)
def _key(metric: Metric, labels: tuple[str | None, ...]) -> bytes:
    if len(labels) != len(metric.labels):
        raise ValueError(f"{metric.full_name} has {len(metric.labels)} labels")
    return "\0".join([metric.name, *map(_shown, labels)]).encode()


def _shown(label: str | None) -> str:
    """As it can be kept and written."""
    return str(label or "")[:_LONGEST_LABEL].replace("\0", "?").encode("utf-8", "replace").decode()


def _add(numbers: "memoryview[float]", at: int, kind: MetricKind, value: float) -> None:
    if kind is MetricKind.COUNTER:
        numbers[at] += value
    elif kind is MetricKind.HISTOGRAM:
        seconds = max(0.0, value)
        numbers[at + bisect_left(BUCKETS, seconds)] += 1
        numbers[at + len(BUCKETS) + 1] += seconds
    else:
        # All processes have this clock, and nobody sets it.
        numbers[at], numbers[at + 1] = value, time.monotonic()


def _together(kind: MetricKind, before: list[float] | None, more: list[float]) -> list[float]:
    if before is None:
        return more
    if kind is MetricKind.LATEST:
        return max(before, more, key=lambda numbers: numbers[1])
    return [first + second for first, second in zip(before, more, strict=True)]
