"""Somebody at the console without a browser: one who keeps cookies and fills in forms."""

import re
from typing import Any

import requests

from tests.support.patience import PATIENCE

_TOKEN = re.compile(r'name="csrf_token" value="(\w+)"')


class ConsoleClient:
    """`get` and `post` follow no redirect; `post` adds the token of the last page that had one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.token = ""

    def get(self, path: str, **headers: str) -> requests.Response:
        return self._noted(self.http.get(self.url + path, headers=headers, timeout=PATIENCE, allow_redirects=False))

    def post(self, path: str, headers: Any = None, **fields: Any) -> requests.Response:
        sent = {"csrf_token": self.token, **fields}
        answer = self.http.post(self.url + path, sent, headers=headers, timeout=PATIENCE, allow_redirects=False)
        return self._noted(answer)

    def sign_in(self, name: str, password: str, **fields: str) -> requests.Response:
        self.get("/console/sign-in")
        answer = self.post("/console/sign-in", name=name, password=password, **fields)
        if answer.status_code == 303:
            self.get("/console/")
        return answer

    @property
    def session(self) -> str:
        """The cookie of the session."""
        return self.http.cookies.get("ringback_console", path="/console") or ""

    def _noted(self, answer: requests.Response) -> requests.Response:
        if found := _TOKEN.search(answer.text):
            self.token = found[1]
        return answer
