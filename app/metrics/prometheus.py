"""Counts with prometheus-client, in one process or over all that share a folder.

The library reads PROMETHEUS_MULTIPROC_DIR when it is imported, so this is imported where processes are wired only.
"""

import threading
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.metrics.meter import Meter
from app.metrics.table import Kind, Metric, Sample

BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
# More combinations of labels than any configuration has; beyond it all are counted as one.
MOST_SERIES = 1_000
OTHER = "other"


class PrometheusMeter(Meter):
    """Safe to use from many threads. `folder` is the one of all processes; without it there is only this one."""

    def __init__(self, folder: str | None = None) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._registry = CollectorRegistry()
        self._made = {metric: self._make(metric) for metric in Metric if metric.kind is not Kind.ASKED}
        self._series: dict[tuple[Metric, tuple[str | None, ...]], Any] = {}
        self._sizes = dict.fromkeys(Metric, 0)
        self._lock = threading.Lock()

    def count(self, metric: Metric, *labels: str | None) -> None:
        self._of(metric, labels).inc()

    def observe(self, metric: Metric, seconds: float, *labels: str | None) -> None:
        self._of(metric, labels).observe(seconds)

    def set(self, metric: Metric, value: float, *labels: str | None) -> None:
        self._of(metric, labels).set(value)

    def exposition(self, accept: str, asked: Iterable[Sample]) -> tuple[bytes, str]:
        """All metrics as text in a form that the header `Accept` takes, and its content type.

        `asked` are the values of those that nobody counts.
        """
        registry = CollectorRegistry()
        if self._folder is None:
            registry.register(self._registry)
        else:
            MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call]
        registry.register(_Asked(asked))
        encode, content_type = choose_encoder(accept)
        return encode(registry), content_type

    def _make(self, metric: Metric) -> Any:
        arguments: dict[str, Any] = {"labelnames": metric.labels, "registry": self._registry}
        if metric.kind is Kind.COUNTER:
            return Counter(metric.full_name, metric.meaning, **arguments)
        if metric.kind is Kind.HISTOGRAM:
            return Histogram(metric.full_name, metric.meaning, buckets=BUCKETS, **arguments)
        return Gauge(metric.full_name, metric.meaning, multiprocess_mode="mostrecent", **arguments)

    def _of(self, metric: Metric, labels: tuple[str | None, ...]) -> Any:
        found = self._series.get((metric, labels))
        return found or self._new_series(metric, labels)

    def _new_series(self, metric: Metric, labels: tuple[str | None, ...]) -> Any:
        with self._lock:
            if self._sizes[metric] >= MOST_SERIES:
                return self._made[metric].labels(*[OTHER] * len(labels))
            self._sizes[metric] += 1
            made = self._made[metric]
            series = made.labels(*[label or "" for label in labels]) if labels else made
            self._series[metric, labels] = series
            return series


class _Asked(Collector):
    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[Metric, GaugeMetricFamily] = {}
        for metric, labels, value in self._samples:
            if metric not in families:
                families[metric] = GaugeMetricFamily(metric.full_name, metric.meaning, labels=metric.labels)
            families[metric].add_metric(labels, value)
        return families.values()
