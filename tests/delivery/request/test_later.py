"""What is written when the request has gone."""

import threading
from collections import deque

from app.delivery.request.later import Later
from tests.support.patience import PATIENCE


def test_more_than_are_kept() -> None:
    """When more comes than is kept the oldest makes room, and all that is kept is written."""
    later = Later(deque(maxlen=2))
    written: list[int] = []
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go_on.wait(PATIENCE)

    def last() -> None:
        written.append(3)
        done.set()

    later.add(first)
    begun.wait(PATIENCE)
    later.add(lambda: written.append(2))
    later.add(last)
    go_on.set()

    assert done.wait(PATIENCE)
    assert [2, 3] == written
