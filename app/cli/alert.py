"""`ringback alert`: what people would be told now, and whether it reaches them."""

import sys
from collections.abc import Callable, Sequence

import click

from app.alerting.channels import AlertError, Channel, Ping
from app.alerting.message import trial
from app.cli.opened import StopError, opened, stopping
from app.cli.tell import tell
from app.settings import load_settings
from app.wiring import named

_NOBODY = (
    "Nobody would be told: set RINGBACK_ALERT_WEBHOOK, or RINGBACK_ALERT_SMTP and RINGBACK_ALERT_MAIL_TO, or "
    "RINGBACK_ALERT_PING. See docs/watching.md"
)


@click.command()
@click.option("--test", is_flag=True, help="Send a test through every channel, and a ping.")
def alert(test: bool) -> None:
    """Tell what is wrong just now; with --test, send a test to those who are told of it.

    Exit status: 0 nothing is wrong, or every test was sent; 1 something is wrong, or a test was not sent; 2
    nobody would be told.
    """
    with stopping():
        settings = load_settings()
    channels, ping = settings.alerts.channels, settings.alerts.ping
    if test and not channels and ping is None:
        raise StopError(_NOBODY)
    sys.exit(_test(channels, ping, named(settings)) if test else _tell())


def _test(channels: Sequence[Channel], ping: Ping | None, where: str) -> int:
    ways: list[tuple[str, Callable[[], None]]] = [
        (channel.name, lambda channel=channel: channel.tell(trial(where)))  # type: ignore[misc]
        for channel in channels
    ]
    if ping is not None:
        ways.append(("ping", ping.send))
    return max(_try(name, send) for name, send in ways)


def _try(name: str, send: Callable[[], None]) -> int:
    try:
        send()
    except AlertError as error:
        tell(f"{name:8} not sent: {error}")
        return 1
    tell(f"{name:8} sent")
    return 0


def _tell() -> int:
    with opened() as runtime, stopping():
        troubles = list(runtime.watching().common())
    for trouble in troubles:
        click.echo(trouble.text)
    if not troubles:
        click.echo("Nothing is wrong.")
    return 1 if troubles else 0
