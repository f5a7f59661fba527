"""The port of a worker, in this process."""

import socket
import time

import pytest

from app.metrics.prometheus import PrometheusMeter
from app.web import worker_metrics
from tests.support.patience import PATIENCE
from tests.support.process import free_port


def test_dawdling_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends a byte now and then is cut when the time for the whole request is over."""
    monkeypatch.setattr(worker_metrics, "SECONDS", 1.0)
    port, meter = free_port(), PrometheusMeter()
    worker_metrics.serve_metrics(port, lambda: ("secret",), meter, lambda accept: meter.exposition(accept, ()))
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as slow:
        assert any(is_cut(slow) for _ in range(200))


def is_cut(slow: socket.socket) -> bool:
    time.sleep(0.1)
    slow.setblocking(False)
    try:
        slow.sendall(b"G")
        return slow.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
