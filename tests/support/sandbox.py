"""A sandbox in a process of its own, on a port of its own: what tests talk to instead of Salesforce."""

import os
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.support.patience import PATIENCE
from tests.support.process import free_port, stop
from tests.support.started import Started

ROOT = Path(__file__).parents[2]
API = "/services/data/v66.0"


class RunningSandbox:
    """Start it, point a client at `url`, stop it. `database` may be given to start again on the same data."""

    def __init__(self, database: Path | None = None, port: int | None = None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="sandbox-") if database is None else None
        self.database = database or Path(self._temporary.name if self._temporary else "") / "sandbox.db"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._http = requests.Session()
        self._http.trust_env = False
        self._token = ""
        arguments = ["sandbox", "--port", str(self.port), "--data", str(self.database)]
        self.process = Started("app", arguments, os.environ, ROOT, Path(os.devnull))
        self._wait()

    def __enter__(self) -> "RunningSandbox":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop it and forget its data (unless the database was given)."""
        self._http.close()
        stop(self.process)
        if self._temporary:
            self._temporary.cleanup()

    def reset(self) -> None:
        """Records, faults, org, sessions, log of calls: all as in a fresh org."""
        self._control("POST", "/sandbox/reset")
        self._token = ""

    def fault(self, name: str, **parameters: Any) -> None:
        """`fault("latency", seconds=1, next=2)`, `fault("reset_after", share=0.1, match="POST")`."""
        self._control("POST", "/sandbox/faults", {"fault": name, **parameters})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are set, with their hits."""
        found: list[dict[str, Any]] = self._control("GET", "/sandbox/faults")["faults"]
        return found

    def clear_faults(self) -> None:
        self._control("DELETE", "/sandbox/faults")

    def org(self, change: str, **parameters: Any) -> None:
        """`org("drop-field", object="Case", field="Origin")`."""
        self._control("POST", "/sandbox/org", {"change": change, **parameters})

    def calls(self) -> dict[str, Any]:
        """`total`, `logins`, `counts` by method and path, and the `calls` themselves. Includes calls by `query`."""
        report: dict[str, Any] = self._control("GET", "/sandbox/calls")
        return report

    def jtel(self, path: str, body: Any = None) -> Any:
        """Behind the stage of its jtel: `jtel("events", [{"ID": 1}])`, `jtel("groups/236", {"no_duplicates": False})`,
        `jtel("ringback", {"url": …, "secret": …})`, and the lines of its log: `jtel("log")`."""
        return self._control("GET" if body is None else "POST", f"/sandbox/jtel/{path}", body)

    def query(self, soql: str) -> list[dict[str, Any]]:
        """All rows of a query, without their `attributes`. Make no faults that hit it, or clear them first."""
        path: str | None = f"{API}/query?" + requests.compat.urlencode({"q": soql})
        rows: list[dict[str, Any]] = []
        while path:
            answer = self._get(path)
            rows.extend(_plain(row) for row in answer["records"])
            path = answer.get("nextRecordsUrl")
        return rows

    def delete(self, object_name: str, record_id: str) -> None:
        """As an agent does it."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        answer = self._http.delete(
            f"{self.url}{API}/sobjects/{object_name}/{record_id}", headers=headers, timeout=PATIENCE
        )
        assert answer.ok, answer.text

    def token(self) -> str:
        """A new access token of the integration user."""
        form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
        answer = self._http.post(f"{self.url}/services/oauth2/token", data=form, timeout=PATIENCE)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def _get(self, path: str) -> Any:
        for _ in range(2):
            self._token = self._token or self.token()
            headers = {"Authorization": f"Bearer {self._token}"}
            answer = self._http.get(self.url + path, headers=headers, timeout=PATIENCE)
            if answer.status_code != 401:
                break
            self._token = ""
        assert answer.ok, answer.text
        return answer.json()

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, self.url + path, json=body, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self._http.get(f"{self.url}/sandbox/faults", timeout=PATIENCE)
                return
            except requests.RequestException:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"the sandbox did not start on port {self.port}")


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: _plain(item) for key, item in value.items() if key != "attributes"}
