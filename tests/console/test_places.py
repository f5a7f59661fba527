"""The console never takes all threads of a process."""

from queue import Queue
from threading import Event, Thread

import pytest
from flask import Flask, g
from werkzeug.exceptions import ServiceUnavailable

from app.console.places import Places, leave_place


def take(places: Places) -> bool:
    """Takes a place for a request of its own that goes on."""
    with Flask("test").test_request_context():
        try:
            places.take()
        except ServiceUnavailable:
            return False
        g.pop("console_place")
        return True


def test_there_are_so_many() -> None:
    places = Places(3, 0.0)

    assert [take(places) for _ in range(5)] == [True, True, True, False, False]


def test_one_that_is_left_is_there_again() -> None:
    """Whatever came of the request; and one that had none leaves none."""
    places = Places(1, 0.0)
    for error in (None, ValueError()):
        with Flask("test").test_request_context():
            places.take()
            leave_place(error)
            leave_place(error)

    assert [take(places), take(places)] == [True, False]


def test_who_is_signed_in_waits_for_one() -> None:
    places, inside, go = Places(1, 60.0), Event(), Event()

    def hold() -> None:
        with Flask("test").test_request_context():
            places.take()
            inside.set()
            go.wait()
            leave_place(None)

    holder = Thread(target=hold)
    holder.start()
    inside.wait()
    go.set()
    assert take(places)
    holder.join()


def test_one_more_hears_that_it_is_too_much() -> None:
    with Flask("test").test_request_context(), pytest.raises(ServiceUnavailable, match="busy"):
        Places(0, 0.0).take()


def test_only_so_many_wait_for_one() -> None:
    """They have threads that callbacks may need: with one place and two who wait, the next one does not wait."""
    places, answers, go = Places(1, 60.0), Queue[bool](), Event()

    def ask() -> None:
        with Flask("test").test_request_context():
            try:
                places.take()
            except ServiceUnavailable:
                answers.put(False)
                return
            go.wait()
            leave_place(None)
        answers.put(True)

    asking = [Thread(target=ask) for _ in range(4)]
    for one in asking:
        one.start()
    assert answers.get() is False
    go.set()
    for one in asking:
        one.join()

    assert [answers.get() for _ in range(3)] == [True, True, True]
