"""`ringback …` where nobody reads what it says."""

import os
import sys
from collections.abc import Callable, Mapping

from app.cli import main
from tests.support.forks import FORKS
from tests.support.patience import PATIENCE


def full() -> int:
    """A disk without room."""
    return os.open("/dev/full", os.O_WRONLY)


def gone() -> int:
    """A pipe whose reader has ended, as `head` does."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def run_unread(stream: Callable[[], int], environment: Mapping[str, str], *arguments: object) -> None:
    """`ringback …`, whose standard output leads there, and which has no standard error."""
    process = FORKS.Process(target=_run, args=(stream, dict(environment), [*map(str, arguments)]))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode is not None
    process.close()


def _run(stream: Callable[[], int], environment: dict[str, str], arguments: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ringback", *arguments]
    os.dup2(stream(), 1)
    os.close(2)
    # As Python does it where there is none.
    sys.stdout, sys.stderr = os.fdopen(1, "w", encoding="utf-8"), None
    main()
