"""A Ringback under gunicorn, as it runs in production, with the sandbox for its Salesforce."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import delete, select

from app.ledger.database import Database
from app.ledger.tables import attempt, entry, pause, served_call
from tests.support.ledgers import create_sqlite
from tests.support.patience import PATIENCE
from tests.support.process import free_port, stop, wait_until_answers
from tests.support.started import Started
from tests.support.writing import writing

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-that-is-long-enough-to-be-one"


@dataclass(frozen=True)
class Answer:
    """What jtel would see."""

    status: int
    body: dict[str, Any]


class RunningRingback:
    """Starts when entered, ends when left. `log` is the file with its output, `folder` where it starts."""

    def __init__(
        self, sandbox_url: str, log: Path, environment: Mapping[str, str] | None = None, folder: Path = ROOT
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        database_url = (environment or {}).get("DATABASE_URL") or _ledger(log.with_name("ringback.db"))
        self.database = Database(database_url)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RINGBACK_", "SALESFORCE_"))},
            "PORT": str(self.port),
            "RINGBACK_CRM": "sandbox",
            "SANDBOX_PORT": str(urlsplit(sandbox_url).port),
            "RINGBACK_SECRET": SECRET,
            "RINGBACK_LOG_FORMAT": "json",
            "DATABASE_URL": database_url,
            "RINGBACK_PACE": "0.01",
            "RINGBACK_CHECK_CRM": "false",  # its calls would be counted
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }

    def __enter__(self) -> "RunningRingback":
        self.log.write_bytes(b"")
        self.start()
        try:
            wait_until_answers(f"{self.url}/callbacks", self.process)
        except AssertionError as error:
            stop(self.process)
            raise AssertionError(f"{error}\n{self.log.read_text()}") from error
        return self

    def start(self) -> None:
        """Starts gunicorn's master, which starts its workers."""
        # Otherwise it takes for its folder the one in which gunicorn was imported.
        folder = ("--chdir", str(self.folder))
        self.process = self.spawn("gunicorn", *folder, "--config", "config/gunicorn.conf.py")

    def spawn(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Starts a process with its settings."""
        return Started(module, arguments, self.environment, self.folder, self.log)

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        stop(self.process)
        self.database.close()

    def post(
        self,
        body: Any = b"",
        path: str = "/callbacks",
        *,
        method: str = "POST",
        secret: str | None = SECRET,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends a callback; `body` may be bytes as they are, or a value that goes out as JSON."""
        sent = dict(headers or {})
        if secret is not None:
            sent["Authorization"] = f"Bearer {secret}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = requests.request(method, self.url + path, data=raw, headers=sent, timeout=PATIENCE)
        assert response.headers["Content-Type"] == "application/json", response.text
        return Answer(response.status_code, response.json() if response.content else {})

    def reset(self) -> None:
        """Forgets every callback, call and pause."""
        with writing(self.database) as connection:
            for table in (attempt, served_call, entry):
                connection.execute(delete(table))
            connection.execute(delete(pause))

    def entries(self) -> list[dict[str, Any]]:
        """The ledger, oldest first, without payloads."""
        columns = [column for column in entry.c if column.name not in ("body", "query")]
        with self.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(*columns).order_by(entry.c.id))]

    def wait_for(self, state: str, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """The ledger once every entry is in this state."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not (left := self.others_than(state)):
                return self.entries()
            time.sleep(0.05)
        raise AssertionError(f"not {state}: {left}")

    def others_than(self, state: str) -> Sequence[Any]:
        """Some of the entries that are not in this state."""
        others = select(entry.c.event_id, entry.c.state, entry.c.reason).where(entry.c.state != state)
        with self.database.read() as connection:
            return connection.execute(others.limit(20)).all()

    def log_lines(self) -> list[dict[str, Any]]:
        """Its log so far."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


def _ledger(file: Path) -> str:
    """Of one that is started again on what it has, or new."""
    return f"sqlite:///{file}" if file.exists() else create_sqlite(file)
