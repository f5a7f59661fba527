"""Somebody who is signed in, without a browser: what the pages say, and what they do not take."""

import html
import re
from typing import Any

import requests

from tests.support.patience import PATIENCE

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


class Visitor:
    """A session of the console of this Ringback."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._url = url
        self._session = requests.Session()
        assert "/sign-in" not in self.post("/console/sign-in", name=name, password=password, next="").url

    def get(self, path: str, **headers: str) -> requests.Response:
        """The page; where it leads elsewhere that is followed."""
        return self._session.get(self._url + path, headers=headers, timeout=PATIENCE)

    def follow(self, page: requests.Response, link: str) -> requests.Response:
        """The page to which the link with this text leads."""
        href = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(link)}<', page.text)
        assert href, page.text
        return self.get(html.unescape(href[1]))

    def search(self, text: str) -> requests.Response:
        """Where the box of the list leads."""
        return self.post("/console/callbacks/search", q=text)

    def post(self, path: str, /, **fields: Any) -> requests.Response:
        """Posts the fields with the token that each form has."""
        token = _TOKEN.search(self.get("/console/sign-in").text)
        assert token
        fields = {"csrf_token": token[1], **fields}
        return self._session.post(self._url + path, data=fields, timeout=PATIENCE)


def count_rows(page: requests.Response) -> int:
    """How many callbacks the list shows."""
    return page.text.partition("<tbody")[2].count('<tr role="row">')
