"""What is written when the request has gone."""

import threading
from collections import deque

from app.delivery.request.later import Later


def test_more_than_are_kept() -> None:
    """When more comes than is kept the oldest makes room, and all that is kept is written."""
    later = Later(deque(maxlen=2))
    written: list[int] = []
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go_on.wait(10)

    def last() -> None:
        written.append(3)
        done.set()

    later.add(first)
    begun.wait(10)
    later.add(lambda: written.append(2))
    later.add(last)
    go_on.set()

    assert done.wait(10)
    assert [2, 3] == written
