"""Whom to tell: what the environment says of it, and the channels that this makes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from environs import Env
from marshmallow import ValidationError, validate

from app.alerting.channels import Channel, Mail, Ping, Webhook

# They hold tokens and passwords, so each may come as a file.
SECRETS = ("RINGBACK_ALERT_WEBHOOK", "RINGBACK_ALERT_SMTP", "RINGBACK_ALERT_PING")


@dataclass(frozen=True)
class AlertSettings:
    """`channels` are the ways to reach people, none or several. `waiting` is in seconds."""

    channels: Sequence[Channel]
    ping: Ping | None
    waiting: float


def read_alert_settings(env: Env) -> AlertSettings:
    """What `env` says; what is wrong is told when `env` is sealed."""
    channels: list[Channel] = []
    if webhook := env.str("RINGBACK_ALERT_WEBHOOK", "", validate=_check_address("http", "https")):
        channels.append(Webhook(webhook))
    receivers: tuple[str, ...] = tuple(env.list("RINGBACK_ALERT_MAIL_TO", [], validate=_check_mail) or ())
    # Without a default it has to be there: mail needs both, the server and who gets it.
    default = {} if receivers else {"default": ""}
    server = env.str("RINGBACK_ALERT_SMTP", **default, validate=_check_address("smtp", "smtps"))
    sender = env.str("RINGBACK_ALERT_MAIL_FROM", "")
    if server and receivers:
        channels.append(Mail(server, sender or receivers[0], receivers))
    ping = env.str("RINGBACK_ALERT_PING", "", validate=_check_address("http", "https"))
    waiting = env.float("RINGBACK_ALERT_WAITING_MINUTES", 15.0, validate=validate.Range(min=0.01)) * 60
    return AlertSettings(channels, Ping(ping) if ping else None, waiting)


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
