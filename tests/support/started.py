"""Ringback's own processes, as `python -m` starts them, but forked from one that has imported them already.

Half of what a test run costs would be imports otherwise. That they start from nothing too is shown by the tests that
run the commands of docs, Procfile and image (tests/deploy, tests/cli/trials.py, tests/web/test_observers.py).
"""

import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing import connection
from pathlib import Path

from app.mapping import registry
from tests.support.forks import FORKS


class Started(subprocess.Popen[bytes]):
    """`python -m module arguments…` in this folder; what it says is added to `log`, a file or what is open already."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        log: Path | connection.Connection,
        stdin: Path = Path(os.devnull),
        mask: int = 0o022,
    ) -> None:
        self.args = [module, *arguments]
        self.stdin = self.stdout = self.stderr = None
        self.returncode: int | None = None
        self._lock = threading.Lock()
        # Ended with the test run, if it is there still.
        self._process = FORKS.Process(
            target=_run, args=(module, list(arguments), dict(environment), folder, log, stdin, mask), daemon=True
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def __del__(self) -> None:
        """Nothing of `Popen`'s is there to be cleaned up."""

    def poll(self) -> int | None:
        with self._lock:
            if self.returncode is None:
                self.returncode = self._process.exitcode
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        # Not `join`: two threads may wait for the same process.
        if self.poll() is None:
            connection.wait([self._process.sentinel], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return code


def _run(
    module: str,
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    log: Path | connection.Connection,
    stdin: Path,
    mask: int,
) -> None:
    # All starts of a run are slow where another module has said what the fork server loads.
    assert "tests.support.warm" in sys.modules
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.umask(mask)
    tempfile.tempdir = None
    # Where another program would find its modules.
    sys.path.insert(0, str(folder))
    if more := environment.get("PYTHONPATH"):
        sys.path[1:1] = more.split(os.pathsep)
        # The mappers that the warm process has found are not all of them.
        registry._installed.cache_clear()
    sys.argv = [module, *arguments]
    asked = os.open(stdin, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666) if isinstance(log, Path) else log.fileno()
    for number, file in ((0, asked), (1, output), (2, output)):
        os.dup2(file, number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", buffering=1) for number in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # As in a terminal, also where the tests run under nohup.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
