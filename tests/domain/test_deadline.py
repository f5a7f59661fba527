"""The time that is left."""

from app.domain.deadline import Deadline


def test_never_below_zero():
    """When the time is over there is none left, not less than none."""
    assert 0.0 == Deadline(0).remaining()
    assert 0.0 == Deadline(-5).remaining()


def test_never_goes_up():
    """What is left is at most what was given, and less or equal at each look."""
    deadline = Deadline(60)
    first = deadline.remaining()

    assert 60 >= first >= deadline.remaining() > 0
