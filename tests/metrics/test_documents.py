"""Metrics, their page, the dashboard and the alerts speak of the same names and labels."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.samples import Sample

from app.metrics import Metric, MetricKind
from tests.operations.reconcile.records import event
from tests.operations.reconcile.service import OPERATOR, came, service
from tests.support.callers import PATH as CALLS
from tests.support.jtel import JtelServer, listed
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import scrape

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/ringback.rules.yml"
DASHBOARD = ROOT / "deploy/grafana/ringback.json"
# Prometheus and Grafana add these.
_ADDED = {"job", "instance"}
_SUFFIX = re.compile(r"_(bucket|sum|count)$")
_TYPES = {
    MetricKind.COUNTER: "counter",
    MetricKind.HISTOGRAM: "histogram",
    MetricKind.LATEST: "gauge",
    MetricKind.ASKED: "gauge",
}


def expressions() -> Iterator[str]:
    """All that is asked of Prometheus."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from re.findall(r"^ +expr: (.+)$", RULES.read_text(), re.M)


@pytest.fixture(scope="module")
def shown(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The names that a Ringback shows after a bit of everything, with their labels."""
    shared_sandbox.reset()
    flow = SECRET[::-1]
    with JtelServer({"GET /acd/events": listed([event()])}) as jtel:
        one = service(shared_sandbox, jtel, tmp_path_factory.mktemp("shown"), {"RINGBACK_FLOW_SECRET": flow})
        came(one.database, [event()])
        with one:
            one.post({}, "/jtel/callbacks", secret=flow)
            shared_sandbox.org("drop-field", object="Case", field="Origin")
            callback = {"Caller": "4930901820"}
            one.post({"AcdEventsID": 1, **callback})
            one.post({"AcdEventsID": 2, **callback}, secret="wrong")
            one.post({"caller": callback["Caller"], "date_time": datetime.now(UTC).isoformat()}, CALLS)
            shared_sandbox.fault("unavailable", share=1)
            for event_id in range(3, 7):
                one.post({"AcdEventsID": event_id, **callback})
            samples_with(one, "ringback_reconciled_total")
            jtel.replies.clear()
            samples = samples_with(one, "ringback_reconcile_failures_total")
    shared_sandbox.reset()
    return {
        name: set().union(*(one.labels for one in samples if one.name == name)) for name in {s.name for s in samples}
    }


def samples_with(ringback: RunningRingback, name: str) -> list[Sample]:
    """All samples, once there is one of this name."""
    end = time.monotonic() + PATIENCE
    while True:
        samples = scrape(ringback.url, OPERATOR)
        if any(one.name == name for one in samples):
            return samples
        assert time.monotonic() < end, name
        time.sleep(0.1)


def test_all_is_shown(shown: dict[str, set[str]]) -> None:
    """Every metric is there, with its labels and no other."""
    found = {_SUFFIX.sub("", name): labels - {"le"} for name, labels in shown.items()}

    assert {metric.full_name: set(metric.labels) for metric in Metric} == found


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_expressions(shown: dict[str, set[str]], expression: str) -> None:
    """The dashboard and the alerts ask only for names and labels that are shown."""
    names = re.findall(r"\bringback_\w+", expression)
    known = set().union(_ADDED, *(shown[name] for name in names))
    chosen = re.findall(r"(\w+)\s*=~?\s*\"", expression)
    grouped = [label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")]

    assert names or expression.startswith("up{")
    assert set(chosen) | set(grouped) <= known


def test_alerts_say_what_is_there(shown: dict[str, set[str]]) -> None:
    """An alert's text uses only labels that its expression keeps."""
    for alert in re.split(r"^ +- alert: ", RULES.read_text(), flags=re.M)[1:]:
        used = set(re.findall(r"\$labels\.(\w+)", alert))
        expr = next(iter(re.findall(r"expr: (.+)", alert)))
        kept = {label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expr) for label in group.split(",")}
        assert used <= (kept or _ADDED), alert


def test_page() -> None:
    """Each metric has its row on the page, with its type and labels, and no row is of another."""
    rows = re.findall(r"^\| `(ringback_\w+)` \| (\w+) \|([^|]*)\|", (ROOT / "docs/metrics.md").read_text(), re.M)

    assert sorted((one.full_name, _TYPES[one.kind], list(one.labels)) for one in Metric) == sorted(
        (name, kind, re.findall(r"`(\w+)`", labels)) for name, kind, labels in rows
    )


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool comes with Debian's package prometheus")
def test_promtool(tmp_path: Path) -> None:
    """Prometheus itself takes the alerts, and they fire when they should."""
    for arguments in (["check", "rules", str(RULES)], ["test", "rules", str(RULES.with_name("ringback.test.yml"))]):
        done = subprocess.run(["promtool", *arguments], cwd=tmp_path, capture_output=True, text=True)
        assert 0 == done.returncode, done.stdout + done.stderr
