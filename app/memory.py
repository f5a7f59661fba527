"""Files that lie in memory: no folder holds them, so nobody removes them and no disk is too full for them."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def nameless_file(about: str) -> int:
    """A file that no other process can find than those forked from this one, gone with the last of them.

    Raises `OSError` where there is none to be had.
    """
    # macOS has no such call, and some containers forbid it.
    with suppress(AttributeError, OSError):
        return os.memfd_create(about)
    file, path = tempfile.mkstemp()
    Path(path).unlink()
    return file
