"""What a configuration may reach outside itself: nothing, if somebody has pasted it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_closed: ContextVar[bool] = ContextVar("closed", default=False)


@contextmanager
def closed() -> Iterator[None]:
    """Within it no file is read for a configuration, and no module is loaded."""
    token = _closed.set(True)
    try:
        yield
    finally:
        _closed.reset(token)


def is_closed() -> bool:
    """Whether the configuration that is just being read was pasted. To be asked before a file is read for it."""
    return _closed.get()


def may_load(module: str) -> bool:
    """Whether it may name what is in this module."""
    return not _closed.get() or module in sys.modules
