"""The file by which gunicorn sees that a worker lives."""

import os
from typing import Any

from gunicorn.workers.workertmp import WorkerTmp

from app.memory import nameless_file


class Heartbeat(WorkerTmp):  # type: ignore[misc]
    """Lies in memory. gunicorn's own lies in TMPDIR: where that is gone, the master ends when it starts a worker."""

    def __init__(self, cfg: Any) -> None:
        file = nameless_file("ringback-worker")
        if (cfg.uid, cfg.gid) != (os.geteuid(), os.getegid()):
            os.fchown(file, cfg.uid, cfg.gid)
        self._tmp = os.fdopen(file, "w+b", 0)
