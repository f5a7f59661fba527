"""The dead man's switch: a service elsewhere raises the alarm when these pings stay away."""

from dataclasses import dataclass, field

import requests

from app.alerting.channels import SECONDS, AlertError


@dataclass(frozen=True)
class Ping:
    """An address such as healthchecks.io or Uptime Kuma give for it."""

    url: str = field(repr=False)

    def send(self) -> None:
        """Says that all goes on. Raises `AlertError`."""
        try:
            # The body is not read: it may have no end.
            with requests.get(self.url, timeout=SECONDS, stream=True) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            raise AlertError(f"the ping's address cannot be reached ({type(error).__name__})") from error
        if status // 100 != 2:
            raise AlertError(f"the ping's address answered {status}")
