"""What is written when the request has gone."""

import threading
from collections import deque

import pytest

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


@pytest.mark.parametrize("how", ["by the next", "at the end"])
def test_no_thread_to_be_had(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Where no thread can be started nobody fails over it, and it is written by the next one's, or at the end."""
    later = Later()
    written: list[int] = []
    done = threading.Event()

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", refuse)
        later.add(lambda: written.append(1))
    if how == "by the next":
        later.add(done.set)
        assert done.wait(PATIENCE)
    else:
        later.close()

    assert [1] == written
