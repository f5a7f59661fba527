"""The sandbox under gunicorn: one process with many threads, quick to start and to stop."""

import os
import signal
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from app.disk import make_private, make_private_folder
from app.sandbox.jtel.ringback import RingbackAddress
from app.sandbox.port import require_free

THREADS = 256
"""Made when needed. Calls that hang on purpose must leave some for the call that frees them."""


class _SandboxServer(BaseApplication):  # type: ignore[misc]
    """gunicorn without its command line; the app is made in the worker."""

    def __init__(self, database: Path, ringback: RingbackAddress, options: dict[str, Any]) -> None:
        self._database = database
        self._ringback = ringback
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from app.sandbox.application import create_application

        return create_application(self._database, self._ringback)


def serve(port: int, database: Path, ringback: RingbackAddress, host: str = "127.0.0.1") -> None:
    """Serve until SIGTERM or SIGINT; ends with a sentence and status 1 where it cannot listen or write."""
    require_free(host, port)
    _require_writable(database)
    options = {
        "bind": f"{host}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": 75,
        "timeout": 0,
        "graceful_timeout": 1,
        "limit_request_line": 0,
        "limit_request_field_size": 16_384,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": _stop_at_once,
    }
    _SandboxServer(database, ringback, options).run()


def _require_writable(database: Path) -> None:
    try:
        make_private_folder(database.parent)
        make_private(database)
        # No SQLite of this process has it open yet, whose locks would end with this.
        database.open("ab").close()
    except OSError as error:
        raise SystemExit(
            f"Error: The sandbox cannot keep its records in {database} ({error.strerror}): name another with --data."
        ) from error


def _stop_at_once(_worker: Any) -> None:
    """A sandbox has nothing to finish: what is committed is safe in the file."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda _number, _frame: os._exit(0))
