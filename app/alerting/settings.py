"""Whom to tell: what the environment says of it, and the channels that this makes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from environs import Env
from marshmallow import ValidationError, validate

from app.alerting.channels import Channel, Mail, Ping, Webhook

# They hold tokens and passwords, so each may come as a file.
SECRETS = ("RINGBACK_ALERT_WEBHOOK", "RINGBACK_ALERT_SMTP", "RINGBACK_ALERT_PING")


@dataclass(frozen=True)
class AlertSettings:
    """An address that is empty is not used. `waiting` is in seconds."""

    webhook: str = field(repr=False)
    smtp: str = field(repr=False)
    mail_from: str
    mail_to: tuple[str, ...]
    ping_url: str = field(repr=False)
    waiting: float

    def channels(self) -> list[Channel]:
        """The ways to reach people, none or several."""
        channels: list[Channel] = []
        if self.webhook:
            channels.append(Webhook(self.webhook))
        if self.smtp and self.mail_to:
            channels.append(Mail(self.smtp, self.mail_from or self.mail_to[0], self.mail_to))
        return channels

    def ping(self) -> Ping | None:
        """Where to say that all goes on."""
        return Ping(self.ping_url) if self.ping_url else None


def read_alert_settings(env: Env) -> AlertSettings:
    """What `env` says; what is wrong is told when `env` is sealed."""
    receivers: tuple[str, ...] = tuple(env.list("RINGBACK_ALERT_MAIL_TO", [], validate=_check_mail) or ())
    # Without a default it has to be there: mail needs both, the server and who gets it.
    server = {} if receivers else {"default": ""}
    return AlertSettings(
        webhook=env.str("RINGBACK_ALERT_WEBHOOK", "", validate=_check_address("http", "https")) or "",
        smtp=env.str("RINGBACK_ALERT_SMTP", **server, validate=_check_address("smtp", "smtps")) or "",
        mail_from=env.str("RINGBACK_ALERT_MAIL_FROM", "") or "",
        mail_to=receivers,
        ping_url=env.str("RINGBACK_ALERT_PING", "", validate=_check_address("http", "https")) or "",
        waiting=env.float("RINGBACK_ALERT_WAITING_MINUTES", 15.0, validate=validate.Range(min=0.01)) * 60,
    )


def _check_mail(addresses: list[str]) -> None:
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", one) for one in addresses):
        raise ValidationError("wanted are mail addresses with commas between them: one@example.com,two@example.com")


def _check_address(*schemes: str) -> Callable[[str], None]:
    wanted = f"wanted is an address that begins with {' or '.join(f'{one}://' for one in schemes)}"

    def check(address: str) -> None:
        try:
            parts = urlsplit(address)
            right = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            right = False
        if address and not right:
            raise ValidationError(wanted)

    return check
