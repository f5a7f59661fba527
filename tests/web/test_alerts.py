"""Alerts of a whole Ringback: Salesforce goes away and comes back, and people hear of both."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.support.patience import PATIENCE
from tests.support.receivers import HttpReceiver
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox


def wait_for(reached: Callable[[], bool], ringback: RunningRingback) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, ringback.log.read_text()
        time.sleep(0.1)


def test_pause_and_its_end(sandbox: RunningSandbox, tmp_path: Path, event_id: int) -> None:
    """Two processes tell one pause once, and its end; pings go out; the receiver's address is in no log."""
    with HttpReceiver() as receiver:
        addresses = {"RINGBACK_ALERT_WEBHOOK": receiver.url, "RINGBACK_ALERT_PING": receiver.url}
        with RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "2", **addresses}) as ringback:
            sandbox.fault("daily_limit", share=1)
            ringback.post({"AcdEventsID": event_id, "CallbackNumber": "4930901820"})
            wait_for(lambda: any("paused" in text for text in receiver.texts), ringback)
            sandbox.clear_faults()
            wait_for(lambda: any("over: delivery" in text for text in receiver.texts), ringback)
            time.sleep(3)

        assert 2 == sum("paused" in text for text in receiver.texts)
        assert receiver.pings > 1
        assert receiver.path not in ringback.log.read_text()
