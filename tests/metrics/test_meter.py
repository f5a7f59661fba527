"""What is counted is the sum over all processes, and who counts hears of no trouble with it."""

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.metrics import Meter, Metric, shared
from app.metrics.prometheus import MOST_SERIES, PrometheusMeter
from app.observability import configure_logging
from tests.support.patience import PATIENCE

FORKED = multiprocessing.get_context("fork")


class Odd:
    """A label that has no words."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def shown(meter: PrometheusMeter, name: str, **labels: str) -> list[float]:
    """The values of the series with this name and these labels."""
    text = meter.exposition("", [])[0].decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return [one.value for one in samples if one.name == name and labels.items() <= one.labels.items()]


def count(meter: PrometheusMeter, times: int = 1, label: str = "default") -> None:
    for _ in range(times):
        meter.count(Metric.LOGINS_FAILED, label)


def in_process(work: Callable[[], None]) -> None:
    """Does it in a process of its own, which is then killed."""

    def run() -> None:
        work()
        os.kill(os.getpid(), signal.SIGKILL)

    process = FORKED.Process(target=run)
    process.start()
    process.join(PATIENCE)


def test_dead_processes_count() -> None:
    """What processes have counted that were killed stays, however many come and go."""
    meter = PrometheusMeter()
    for _ in range(shared.SLOTS + 3):
        in_process(lambda: count(meter, 2))

    assert [2.0 * (shared.SLOTS + 3)] == shown(meter, "ringback_logins_failed_total")


def test_living_processes_count_apart() -> None:
    """Processes that count at the same time lose nothing to each other."""
    meter = PrometheusMeter()
    processes = [FORKED.Process(target=count, args=(meter, 5000)) for _ in range(4)]
    for process in processes:
        process.start()
    count(meter, 5000)
    for process in processes:
        process.join(PATIENCE)

    assert [25_000.0] == shown(meter, "ringback_logins_failed_total")


def test_latest() -> None:
    """A gauge has what was set last, whichever process did."""
    meter = PrometheusMeter()
    meter.set(Metric.API_USED, 1)
    in_process(lambda: meter.set(Metric.API_USED, 2))
    after_the_other = shown(meter, "ringback_crm_api_calls_used")
    meter.set(Metric.API_USED, 3)

    assert [2.0] == after_the_other
    assert [3.0] == shown(meter, "ringback_crm_api_calls_used")


def test_histogram() -> None:
    """Each bucket counts what took at most so long; a time that a clock made negative counts as none."""
    meter = PrometheusMeter()
    for seconds in (0.025, 0.3, 0.31, 99.0, -5.0):
        meter.observe(Metric.ANSWER_SECONDS, seconds, "created")

    name = "ringback_answer_seconds"
    assert [2.0] == shown(meter, f"{name}_bucket", le="0.025")
    assert [3.0] == shown(meter, f"{name}_bucket", le="0.3")
    assert [4.0] == shown(meter, f"{name}_bucket", le="30.0")
    assert [5.0] == shown(meter, f"{name}_bucket", le="+Inf") == shown(meter, f"{name}_count")
    assert [pytest.approx(99.635)] == shown(meter, f"{name}_sum")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400, "3", None])
def test_what_is_no_number(value: Any) -> None:
    """It is left out, and spoils no sum."""
    meter = PrometheusMeter()
    meter.observe(Metric.ANSWER_SECONDS, 1.0, "created")
    meter.observe(Metric.ANSWER_SECONDS, value, "created")
    meter.set(Metric.API_USED, value)

    assert [1.0] == shown(meter, "ringback_answer_seconds_sum")
    assert [] == shown(meter, "ringback_crm_api_calls_used")


@pytest.mark.parametrize("label", ["\ud800", "a\0b", "x" * 1_000_000, 'quote"\\\n', "Rückruf 📞", 7, True, b"\xff"])
def test_odd_labels(label: Any) -> None:
    """Whatever a label is, it is counted and all can be shown."""
    meter = PrometheusMeter()
    count(meter)
    count(meter, label=label)

    assert [1.0, 1.0] == shown(meter, "ringback_logins_failed_total")


@pytest.mark.parametrize("labels", [[Odd()], [], ["one", "too many"]])
def test_trouble_is_told_once(labels: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Who counts hears nothing of it; the log says it once."""
    configure_logging("json")
    meter = PrometheusMeter()
    for _ in range(3):
        meter.count(Metric.LOGINS_FAILED, *labels)
    count(meter)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert ["not_counted"] == [line["event"] for line in lines]
    assert [1.0] == shown(meter, "ringback_logins_failed_total")


@pytest.mark.parametrize("meter", [Meter(), PrometheusMeter()])
def test_no_meter_does_harm(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A meter that is broken altogether troubles nobody, nor does one that counts nothing."""

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared.SharedNumbers, "take", broken)
    meter.count(Metric.LOGINS_FAILED, "default")
    meter.observe(Metric.ANSWER_SECONDS, 1.0, "created")
    meter.set(Metric.API_USED, 1.0)


def test_too_many_series() -> None:
    """Beyond the limit all are counted as one."""
    meter = PrometheusMeter()
    for number in range(MOST_SERIES + 50):
        count(meter, label=str(number))

    assert [50.0] == shown(meter, "ringback_logins_failed_total", source="other")
    assert MOST_SERIES + 1 == len(shown(meter, "ringback_logins_failed_total"))


def test_full_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there is no more room, what has a place is still counted."""
    monkeypatch.setattr(shared, "SLOT_BYTES", 256)
    meter = PrometheusMeter()
    for number in range(100):
        count(meter, label=str(number))
        count(meter, label="0")

    assert [101.0] == shown(meter, "ringback_logins_failed_total", source="0")


@pytest.mark.parametrize("slots", [1, 1 << 40])
def test_no_slot_is_left(slots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that finds no slot, or no memory to share, counts for itself."""
    monkeypatch.setattr(shared, "SLOTS", slots)
    meter = PrometheusMeter()
    count(meter)
    said, say = FORKED.Pipe()

    def other() -> None:
        count(meter, 2)
        say.send(shown(meter, "ringback_logins_failed_total"))

    process = FORKED.Process(target=other)
    process.start()
    process.join(PATIENCE)

    assert ([3.0] if slots == 1 else [2.0]) == said.recv()
    assert [1.0] == shown(meter, "ringback_logins_failed_total")


def test_order_of_labels() -> None:
    """Labels are the metric's, in its order; none is empty."""
    meter = PrometheusMeter()
    meter.count(Metric.ATTEMPTS, "web", "b2b", "failed", cast(str, None))

    assert [1.0] == shown(meter, "ringback_attempts_total", runner="web", rule="b2b", outcome="failed", reason="")


def test_who_looks_holds_up_nobody() -> None:
    """Reading goes on beside counting, also while somebody counts."""
    meter = PrometheusMeter()
    meter.count(Metric.LOGINS_FAILED, "default")
    texts: list[bytes] = []
    reader = threading.Thread(target=lambda: texts.append(meter.exposition("", [])[0]), daemon=True)
    with meter._lock:
        reader.start()
        reader.join(PATIENCE)

    assert [True] == [b'{source="default"} 1.0' in text for text in texts]
