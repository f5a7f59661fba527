"""The ways to reach people: a webhook, mail, and a service that raises the alarm when pings stay away."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests

from app.alerting.message import Message

SECONDS = 10.0
_LOCAL = ("localhost", "127.0.0.1", "::1")


class AlertError(Exception):
    """The channel could not be reached. The text holds no address: a webhook's is a secret."""


class Channel(Protocol):
    """A way to reach people."""

    @property
    def name(self) -> str:
        """Kept in the ledger."""

    def tell(self, message: Message) -> None:
        """Sends it. Raises `AlertError`."""


@dataclass(frozen=True)
class Webhook:
    """An address that takes Slack's JSON, as Slack, Mattermost, Rocket.Chat, Google Chat and Discord (…/slack) do."""

    url: str = field(repr=False)
    name: str = "webhook"

    def tell(self, message: Message) -> None:
        """Sends it. Raises `AlertError`."""
        body = {"text": f"{message.title}\n{message.text}".strip()}
        _call("the webhook", "POST", self.url, json=body, allow_redirects=False)


@dataclass(frozen=True)
class Ping:
    """The dead man's switch: an address such as healthchecks.io or Uptime Kuma give for it."""

    url: str = field(repr=False)

    def send(self) -> None:
        """Says that all goes on. Raises `AlertError`."""
        _call("the ping's address", "GET", self.url)


@dataclass(frozen=True)
class Mail:
    """A mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. No password goes out in plain."""

    server: str = field(repr=False)
    sender: str
    receivers: tuple[str, ...]
    name: str = "mail"

    def tell(self, message: Message) -> None:
        """Sends it. Raises `AlertError`."""
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.title, self.sender, ", ".join(self.receivers)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{message.title}\n\n{message.text}\n")
        try:
            with self._connect() as server:
                self._log_in(server)
                server.send_message(mail)
        # What a server says may quote addresses; its code says enough.
        except smtplib.SMTPResponseException as error:
            raise AlertError(f"the mail server answered {error.smtp_code}") from error
        # A password of letters that SMTP has not is a `ValueError`.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise AlertError(f"the mail server cannot be used ({type(error).__name__})") from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.server)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
        return smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)

    def _log_in(self, server: smtplib.SMTP) -> None:
        parts = urlsplit(self.server)
        if parts.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            elif parts.hostname not in _LOCAL:
                raise AlertError("the mail server offers no encryption (STARTTLS); name one that does, or use smtps://")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))


def _call(what: str, method: str, url: str, **options: Any) -> None:
    try:
        # The body is not read: it may have no end.
        with requests.request(method, url, timeout=SECONDS, stream=True, **options) as answer:
            status = answer.status_code
    except requests.RequestException as error:
        raise AlertError(f"{what} cannot be reached ({type(error).__name__})") from error
    if status // 100 != 2:
        raise AlertError(f"{what} answered {status}")
