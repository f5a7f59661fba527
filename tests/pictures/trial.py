"""The trial of `make run`, in a folder of its own, with a secret and a user that are known here."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.support.console_users import console_environment
from tests.support.patience import PATIENCE
from tests.support.process import stop, wait_until_answers
from tests.support.ringback import ROOT, SECRET


class Trial:
    """Runs while entered, on the ports of `make run`, so that pictures show what people see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "RINGBACK_CRM": "sandbox",
            "RINGBACK_SECRET": SECRET,
            "RINGBACK_FLOW_SECRET": SECRET[::-1],
            **console_environment(),
        }
        self.url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        self.sandbox_url = f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT', '8001')}"
        self.ledger_url = f"sqlite:///{folder / 'var' / 'ringback.db'}"
        for name in ("config", "examples"):
            shutil.copytree(ROOT / name, folder / name)

    def __enter__(self) -> "Trial":
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "run"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_until_answers(f"{self.url}/health/ready", self._process)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        stop(self._process)

    def send(self, event_id: int, **fields: Any) -> None:
        """A callback of jtel."""
        sent = {"AcdEventsID": event_id, "CallbackNumber": "493023125099", "ServiceNumbersName": "Hotline", **fields}
        headers = {"Authorization": f"Bearer {SECRET}"}
        requests.post(f"{self.url}/callbacks", json=sent, headers=headers, timeout=PATIENCE).raise_for_status()

    def say(self, *arguments: str) -> str:
        """What the command of Ringback prints."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def fault(self, name: str, count: int, **values: Any) -> None:
        """The next calls to the sandbox meet it."""
        self._control("faults", {"fault": name, "next": count, **values})

    def change_org(self, change: str, **values: Any) -> None:
        """What an admin of the org would do."""
        self._control("org", {"change": change, **values})

    def wait_for_delivery(self, event_id: int) -> None:
        """Returns when the callback has its Case."""
        end = time.monotonic() + PATIENCE
        while '"state": "delivered"' not in self.say("show", str(event_id), "--json"):
            assert time.monotonic() < end, f"{event_id} is not delivered"

    def _control(self, of: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.sandbox_url}/sandbox/{of}", json=body, timeout=PATIENCE).raise_for_status()
