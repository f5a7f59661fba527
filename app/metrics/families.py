"""What was counted and found out, as prometheus-client writes it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from app.metrics.table import BUCKETS, Metric, MetricKind, Sample

# The numbers of each series, by the metric and its labels.
Series = dict[tuple[Metric, tuple[str, ...]], list[float]]
_BOUNDS = (*map(floatToGoString, BUCKETS), "+Inf")


class Families(Collector):
    """For a registry."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Family]:
        """All of them."""
        return self._families


def counted_families(series: Series) -> Iterator[Family]:
    """Every metric that is counted, also where nothing has been as yet."""
    families = {metric: _FAMILY[metric.kind](metric) for metric in Metric if metric.kind in _FAMILY}
    for (metric, labels), numbers in series.items():
        family = families[metric]
        if isinstance(family, HistogramMetricFamily):
            *counts, total = numbers
            family.add_metric(labels, list(zip(_BOUNDS, accumulate(counts), strict=True)), total)
        else:
            family.add_metric(labels, numbers[0])
    yield from families.values()


def asked_families(samples: Iterable[Sample]) -> Iterator[Family]:
    """The metrics of these values."""
    families: dict[Metric, GaugeMetricFamily] = {}
    for metric, labels, value in samples:
        if metric not in families:
            families[metric] = _gauge(metric)
        families[metric].add_metric(labels, value)
    yield from families.values()


def _counter(metric: Metric) -> CounterMetricFamily:
    return CounterMetricFamily(metric.full_name, metric.meaning, labels=metric.labels)


def _histogram(metric: Metric) -> HistogramMetricFamily:
    return HistogramMetricFamily(metric.full_name, metric.meaning, labels=metric.labels)


def _gauge(metric: Metric) -> GaugeMetricFamily:
    return GaugeMetricFamily(metric.full_name, metric.meaning, labels=metric.labels)


_FAMILY: dict[MetricKind, Callable[[Metric], CounterMetricFamily | HistogramMetricFamily | GaugeMetricFamily]] = {
    MetricKind.COUNTER: _counter,
    MetricKind.HISTOGRAM: _histogram,
    MetricKind.LATEST: _gauge,
}
