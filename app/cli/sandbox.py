"""`ringback sandbox`: run a Salesforce and a jtel, break them on purpose, change the org."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from app.cli import go_by_what_runs
from app.cli.tell import tell
from app.disk import SECRET_FILE
from app.domain.source import DEFAULT_SOURCE, flow_secret_name, secret_name

if TYPE_CHECKING:
    from app.sandbox.jtel.ringback import RingbackAddress

url_option = click.option(
    "--url",
    envvar="SANDBOX_URL",
    default=None,
    help="Address of the running sandbox. [default: http://127.0.0.1:SANDBOX_PORT]",
)
Command = Callable[..., None]


@click.group(invoke_without_command=True)
@click.option("--port", type=int, envvar="SANDBOX_PORT", default=8001, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("var/sandbox.db"), show_default=True)
@click.option(
    "--ringback", default="", help="Address of the Ringback that its jtel calls, such as http://127.0.0.1:8000"
)
@click.pass_context
def sandbox(ctx: click.Context, port: int, host: str, data: Path, ringback: str) -> None:
    """Run a Salesforce and a jtel to try and to test against (client id, secret and token: sandbox)."""
    if ctx.invoked_subcommand is not None:
        go_by_what_runs()
        given = ctx.get_parameter_source("port") is ParameterSource.COMMANDLINE
        ctx.obj = port if given else int(os.environ.get("SANDBOX_PORT") or port)
    else:
        from app.sandbox.server import serve

        tell(f"Salesforce on http://{host}:{port}, jtel on http://{host}:{port}/jtel (data in {data})")
        try:
            serve(port, data, _address(ringback.rstrip("/")), host)
        except SystemExit as ended:
            if not ended.code:
                tell(f"The sandbox has ended; its records are in {data}.")
            raise


@sandbox.group()
def faults() -> None:
    """Let calls fail on purpose."""


@faults.command("add")
@click.argument("name")
@click.option("--next", "count", type=int, help="How many calls are to meet it. [default: 1]")
@click.option("--share", type=float, help="Which share of all calls is to meet it, 0 to 1.")
@click.option("--match", help="Only calls with this in `METHOD path`.")
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]…")
@url_option
@click.pass_obj
def add_fault(
    port: int,
    name: str,
    count: int | None,
    share: float | None,
    match: str | None,
    parameters: tuple[str, ...],
    url: str | None,
) -> None:
    """Set a fault, for example: faults add latency --share 0.5 seconds=2"""
    limits = {"next": count, "share": share, "match": match}
    wish = {"fault": name, **_pairs(parameters), **{k: v for k, v in limits.items() if v is not None}}
    _show(_send("POST", port, url, "/sandbox/faults", wish))


@faults.command("list")
@url_option
@click.pass_obj
def list_faults(port: int, url: str | None) -> None:
    """Show the faults that are set, and how often each has struck."""
    _show(_send("GET", port, url, "/sandbox/faults")["faults"])


@faults.command("clear")
@url_option
@click.pass_obj
def clear_faults(port: int, url: str | None) -> None:
    """Remove all faults."""
    _send("DELETE", port, url, "/sandbox/faults")


@sandbox.command()
@click.argument("change", required=False)
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]…")
@url_option
@click.pass_obj
def org(port: int, change: str | None, parameters: tuple[str, ...], url: str | None) -> None:
    """Change the org as its admins would; without a change: show its settings.

    \b
    org drop-field object=Case field=Origin
    org restrict-picklist object=Case field=Origin values=Phone,Email
    org drop-picklist-value object=Case field=Origin value=Phone
    org add-object object=Contract__c
    org add-queue queue="Night shift" objects=Case,Task
    org rename-queue queue=Callbacks name="Call us back"
    org delete-queue queue=Callbacks
    org require-field object=Case field=Reason
    org deactivate-user user=jweiss
    org close-case case=00001001
    org reset
    """
    if change == "reset":
        _send("POST", port, url, "/sandbox/reset")
    elif change is None:
        _show(_send("GET", port, url, "/sandbox/org"))
    else:
        _send("POST", port, url, "/sandbox/org", {"change": change, **_pairs(parameters)})


def _address(ringback: str) -> "RingbackAddress":
    """With the secrets of the source `default`: as they are set, or as `ringback run` made them up."""
    from app.sandbox.jtel.ringback import RingbackAddress

    if not ringback:
        return RingbackAddress("")
    jtels = _secret(secret_name(DEFAULT_SOURCE), SECRET_FILE)
    return RingbackAddress(ringback, jtels, _secret(flow_secret_name(DEFAULT_SOURCE)))


def _secret(name: str, kept_in: Path = Path(os.devnull)) -> str:
    """The first one of this setting."""
    file = Path(os.environ.get(f"{name}_FILE") or kept_in)
    given = os.environ.get(name) or (file.read_text(encoding="utf-8") if file.exists() else "")
    return next(iter(given.split()), "")


def _pairs(parameters: tuple[str, ...]) -> dict[str, Any]:
    """KEY=VALUE: numbers, true and false as such, `values` and `objects` as a list, `@file` as its content."""
    pairs: dict[str, Any] = {}
    for parameter in parameters:
        key, equals, value = parameter.partition("=")
        if not equals:
            raise click.UsageError(f"{parameter}: say KEY=VALUE")
        pairs[key] = _value(key, value)
    return pairs


def _value(key: str, text: str) -> Any:
    if key in ("values", "picklist", "objects"):
        return text.split(",")
    if text.startswith("@"):
        return Path(text[1:]).read_text("utf-8")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _send(method: str, port: int, url: str | None, path: str, body: Any = None) -> Any:
    import requests

    address = (url or f"http://127.0.0.1:{port}").rstrip("/") + path
    try:
        answer = requests.request(method, address, json=body, timeout=30)
    except requests.ConnectionError:
        raise click.ClickException(f"no sandbox answers at {address}; start one: ringback sandbox") from None
    if answer.status_code >= 400:
        raise click.ClickException(answer.json()["error"])
    return answer.json() if answer.content else None


def _show(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
