"""Cases that were made without the ledger, on their way into it."""

import threading
from collections import deque

from app.delivery.request.unrecorded import Unrecorded


def test_more_than_are_kept() -> None:
    """When more comes than is kept the oldest makes room, and all that is kept is entered."""
    unrecorded = Unrecorded(deque(maxlen=2))
    entered: list[int] = []
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go_on.wait(10)

    def last() -> None:
        entered.append(3)
        done.set()

    unrecorded.add(first)
    begun.wait(10)
    unrecorded.add(lambda: entered.append(2))
    unrecorded.add(last)
    go_on.set()

    assert done.wait(10)
    assert [2, 3] == entered
