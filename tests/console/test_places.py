"""The console never takes all threads of a process."""

import time
from threading import Event, Thread

import pytest
from flask import Flask, g
from werkzeug.exceptions import ServiceUnavailable

from app.console.places import PagePlaces, leave_place


def take(places: PagePlaces) -> bool:
    """Takes a place for a request of its own that goes on."""
    with Flask("test").test_request_context():
        try:
            places.take()
        except ServiceUnavailable:
            return False
        g.pop("console_place")
        return True


def test_there_are_so_many() -> None:
    places = PagePlaces(3, 0.0)

    assert [take(places) for _ in range(5)] == [True, True, True, False, False]


def test_one_that_is_left_is_there_again() -> None:
    """Whatever came of the request; and one that had none leaves none."""
    places = PagePlaces(1, 0.0)
    for error in (None, ValueError()):
        with Flask("test").test_request_context():
            places.take()
            leave_place(error)
            leave_place(error)

    assert [take(places), take(places)] == [True, False]


def test_who_is_signed_in_waits_for_one() -> None:
    places, inside, go = PagePlaces(1, 60.0, waiting=1), Event(), Event()

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
        PagePlaces(0, 0.0).take()


def test_few_wait() -> None:
    """Who waits holds a thread: one more than may wait hears it at once, however long the others have patience."""
    places = PagePlaces(1, 60.0, waiting=1)
    assert take(places)
    waiter = Thread(target=take, args=(places,), daemon=True)
    waiter.start()
    # Only looked at: whoever tried its chair could take it away from the waiter, who would be gone.
    while places._chairs._value:
        time.sleep(0.001)

    assert not take(places)
    places._free.release()
    waiter.join()
