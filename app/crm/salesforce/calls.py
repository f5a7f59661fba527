"""Measures each call to Salesforce, and keeps what it says of the org's API limit."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from requests import RequestException, Response

from app.metrics import Meter, Metric

_LIMIT = re.compile(r"api-usage=(\d+)/(\d+)")
_KINDS = re.compile(r"/services/(?:data/v[\d.]+/)?(oauth2/token|composite/sobjects|composite|query|sobjects)\b")
_NAMES = {"oauth2/token": "login", "composite/sobjects": "collection"}


@dataclass(frozen=True)
class Calls:
    """Safe to use from many threads."""

    meter: Meter

    def measure(self, url: str, send: Callable[[], Response]) -> Response:
        """Sends, and lets through whatever comes of it."""
        began, result = time.monotonic(), "none"
        try:
            response = send()
            result = f"{response.status_code // 100}xx"
        except RequestException as error:
            # What broke off has a head.
            result = "broken" if error.response is not None else "none"
            raise
        finally:
            seconds = time.monotonic() - began
            self.meter.observe(Metric.CRM_SECONDS, seconds, kind_of(url), result)
        self._note_limit(response.headers.get("Sforce-Limit-Info", ""))
        return response

    def _note_limit(self, header: str) -> None:
        told = _LIMIT.search(header)
        if told:
            self.meter.set(Metric.API_USED, float(told[1]))
            self.meter.set(Metric.API_LIMIT, float(told[2]))


def kind_of(url: str) -> str:
    """What sort of call it is: a few words, whatever is asked for."""
    found = _KINDS.match(urlsplit(url).path)
    return _NAMES.get(found[1], found[1]) if found else "other"
