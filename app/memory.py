"""Files that lie in memory: no folder holds them, so nobody removes them and no disk is too full for them."""

import os
import tempfile
from pathlib import Path


def nameless_file(about: str) -> int:
    """A file that no other process can find than those forked from this one, gone with the last of them."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(about)
    file, path = tempfile.mkstemp()  # macOS
    Path(path).unlink()
    return file
