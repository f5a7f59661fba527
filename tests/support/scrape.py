"""Reads `/metrics` as Prometheus does."""

from collections.abc import Iterator

import requests
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.support.patience import PATIENCE


def scrape(url: str, secret: str, path: str = "/metrics") -> list[Sample]:
    """Every sample that is shown."""
    answer = requests.get(url + path, headers={"Authorization": f"Bearer {secret}"}, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]


def matching(samples: list[Sample], name: str, **labels: str) -> Iterator[Sample]:
    """Those of this name that have these labels."""
    return (one for one in samples if one.name == name and labels.items() <= one.labels.items())


def total(samples: list[Sample], name: str, **labels: str) -> float:
    """Their sum."""
    return sum(one.value for one in matching(samples, name, **labels))
