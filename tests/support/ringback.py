"""A Ringback under gunicorn, as it runs in production, with the sandbox for its Salesforce."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.support.process import free_port, stop, wait_until_answers

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-that-is-long-enough-to-be-one"


@dataclass(frozen=True)
class Answer:
    """What jtel would see."""

    status: int
    body: dict[str, Any]


class RunningRingback:
    """Starts when entered, ends when left. `log` is the file with its output."""

    def __init__(self, sandbox_url: str, log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RINGBACK_", "SALESFORCE_"))},
            "PORT": str(self.port),
            "RINGBACK_CRM": "sandbox",
            "SANDBOX_PORT": str(urlsplit(sandbox_url).port),
            "RINGBACK_SECRET": SECRET,
            "RINGBACK_LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }

    def __enter__(self) -> "RunningRingback":
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            wait_until_answers(f"{self.url}/callbacks", self.process)
        except AssertionError as error:
            stop(self.process)
            raise AssertionError(f"{error}\n{self.log.read_text()}") from error
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        stop(self.process)

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
        response = requests.request(method, self.url + path, data=raw, headers=sent, timeout=30)
        assert response.headers["Content-Type"] == "application/json", response.text
        return Answer(response.status_code, response.json() if response.content else {})

    def log_lines(self) -> list[dict[str, Any]]:
        """Its log so far."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]
