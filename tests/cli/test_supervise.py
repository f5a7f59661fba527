"""Programs beside each other end together, whatever happens."""

import sys

import pytest

from app.cli.supervise import Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_none_goes_on_when_the_greeting_fails() -> None:
    """A full disk, where the note of a run is written: the programs are in groups of their own, and would stay."""
    supervisor = Supervisor([SLEEP, SLEEP], {}, [])

    def greet() -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        supervisor.run(greet)

    assert [True, True] == [child.poll() is not None for child in supervisor._children]


def test_none_goes_on_when_another_cannot_start() -> None:
    supervisor = Supervisor([SLEEP, ["/no/such/program"]], {}, [])

    with pytest.raises(FileNotFoundError):
        supervisor.run(lambda: None)

    assert [True] == [child.poll() is not None for child in supervisor._children]
