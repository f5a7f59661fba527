"""What is counted and measured. The table is in `table`; who counts is given a `Meter`."""

from app.metrics.meter import Meter
from app.metrics.table import Metric, MetricKind, Sample

__all__ = ["Meter", "Metric", "MetricKind", "Sample"]
