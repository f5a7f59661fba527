"""`ringback run`: the service under gunicorn, with the sandbox beside it when `RINGBACK_CRM=sandbox`."""

import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import click

from app.cli.console_to_try import NAME, console_to_try
from app.cli.tell import tell
from app.disk import DATA, make_private, make_private_folder
from app.domain.source import DEFAULT_SOURCE, flow_secret_name, secret_name
from app.operations.console_settings import USERS

SECRET_FILE = DATA / "secret"
DEFAULT_PORT = 8000
SANDBOX_PORT = 8001
HERE = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
Address = tuple[str, int]
GUNICORN_CONFIG = "config/gunicorn.conf.py"
START_SECONDS = 30.0
STOP_SECONDS = 30.0


@click.command()
@click.option(
    "--port", envvar="PORT", default=DEFAULT_PORT, show_default=True, help="Where jtel sends callbacks [PORT]."
)
@click.option("--sandbox-port", envvar="SANDBOX_PORT", default=SANDBOX_PORT, show_default=True, help="[SANDBOX_PORT]")
@click.option("--crm", envvar="RINGBACK_CRM", default="salesforce", show_default=True, help="[RINGBACK_CRM]")
@click.option("--host", default=HERE, show_default=True, help="The address to listen at; 0.0.0.0 for all.")
def run(port: int, sandbox_port: int, crm: str, host: str) -> None:
    """Start Ringback, and the sandbox (Salesforce and jtel) with it if RINGBACK_CRM=sandbox."""
    addresses = [(host, port), (HERE, sandbox_port)] if crm == "sandbox" else [(host, port)]
    for address in addresses:
        _require_free(address)
    environment = {**os.environ, "PORT": str(port), "SANDBOX_PORT": str(sandbox_port), "RINGBACK_CRM": crm}
    environment |= _for_sandbox() if crm == "sandbox" else {}
    secret = None if crm != "sandbox" or is_given(secret_name(DEFAULT_SOURCE)) else _secret_of_last_start()
    if secret:
        environment[secret_name(DEFAULT_SOURCE)] = secret
    for_console, password = console_to_try() if crm == "sandbox" and not is_given(USERS) else ({}, "")
    environment |= for_console
    # The settings alone would listen at all addresses, as a deployment needs it.
    commands = [[sys.executable, "-m", "gunicorn", "--config", GUNICORN_CONFIG, "--bind", f"{_in_url(host)}:{port}"]]
    if crm == "sandbox":
        own = ["--port", str(sandbox_port), "--ringback", _own_url(host, port)]
        commands.append([sys.executable, "-m", "app", "sandbox", *own])
    sys.exit(_supervise(commands, environment, addresses, _welcome(host, port, sandbox_port, crm, secret, password)))


def _supervise(
    commands: Sequence[list[str]], environment: Mapping[str, str], addresses: Sequence[Address], said: str
) -> int:
    """Runs the commands until one ends or a signal comes, then ends them all."""
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    # In a group of their own: a Ctrl-C reaches them once, through us, and they end gracefully.
    children = [subprocess.Popen(command, env=environment, start_new_session=True) for command in commands]  # noqa: S603
    greeted = False
    started = time.monotonic()
    while not asked and all(child.poll() is None for child in children):
        if not greeted and all(_answers(address) for address in addresses):
            greeted = True
            tell(said)
        if not greeted and time.monotonic() - started > START_SECONDS:
            tell("Ringback did not start in time.", err=True)
            break
        time.sleep(0.3 if greeted else 0.05)
    _stop(children)
    return 0 if asked else 1


def _stop(children: Sequence["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        child.terminate()
    end = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def is_given(name: str) -> bool:
    """Whether the environment has this secret, itself or in a file."""
    return any(os.environ.get(one, "").strip() for one in (name, f"{name}_FILE"))


def _require_free(address: Address) -> None:
    if _answers(address):
        raise click.ClickException(
            f"Port {address[1]} is taken by another program. End that, or choose others: PORT=… SANDBOX_PORT=… make run"
        )


def _answers(address: Address) -> bool:
    try:
        socket.create_connection(address, timeout=0.5).close()
    except OSError:
        return False
    return True


def _for_sandbox() -> dict[str, str]:
    """No settings of jtel's REST API: who tries Ringback out must not reach a real one. And the Flow's secret."""
    name = flow_secret_name(DEFAULT_SOURCE)
    flow = {} if is_given(name) else {name: secrets.token_urlsafe(32)}
    of_jtel = ("JTEL_URL", "JTEL_TOKEN", "JTEL_CLIENTS_ID")
    return {**dict.fromkeys((f"{setting}{file}" for setting in of_jtel for file in ("", "_FILE")), ""), **flow}


def _own_url(host: str, port: int) -> str:
    return f"http://{HERE if host in EVERYWHERE else _in_url(host)}:{port}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _secret_of_last_start() -> str:
    """The secret of the last start, so that a line that was pasted once goes on working."""
    make_private_folder(SECRET_FILE.parent)
    make_private(SECRET_FILE)
    if not SECRET_FILE.read_text(encoding="utf-8").strip():
        SECRET_FILE.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return SECRET_FILE.read_text(encoding="utf-8").strip()


def _given() -> str:
    """How a shell finds the secret: the first one, where there are several."""
    name = secret_name(DEFAULT_SOURCE)
    if file := os.environ.get(f"{name}_FILE"):
        return f"$(awk '{{print $1; exit}}' {shlex.quote(file)})"
    return f"${{{name}%%[[:space:]]*}}" if len(os.environ[name].split()) > 1 else f"${name}"


def _welcome(host: str, port: int, sandbox_port: int, crm: str, secret: str | None, password: str) -> str:
    url = _own_url(host, port)
    if crm != "sandbox":
        return f"\nRingback takes callbacks at {url}/callbacks and writes to Salesforce.\n"
    shown = secret or _given()
    sentence = (
        f"The secret of source `default` was made up, since RINGBACK_SECRET is not set: {secret}\n" if secret else ""
    )
    prefix = "" if port == DEFAULT_PORT else f"PORT={port} "
    on_port = "" if sandbox_port == SANDBOX_PORT else f"SANDBOX_PORT={sandbox_port} "
    return f"""
Ringback is running, with a sandbox in the place of Salesforce and of jtel.
{sentence}
Be a caller, in the browser:        http://127.0.0.1:{sandbox_port}/jtel
See the Cases that come of it:      http://127.0.0.1:{sandbox_port}/
See every callback, and repair it:  {url}/console/{f"  (name {NAME}, password {password})" if password else ""}

Send a callback as jtel would (paste this into another terminal):

  curl -sS {url}/callbacks \\
    -H "Authorization: Bearer {shown}" -H "Content-Type: application/json" \\
    -d '{{"AcdEventsID": 4711, "CallbackNumber": "4930901820", "ServiceNumbersName": "Hotline", "Subject": "Offer"}}'

or, for another one each time:      {prefix}.venv/bin/ringback send{"" if HERE in url else f" --url {url}"}
Other commands, such as:            RINGBACK_CRM=sandbox {on_port}.venv/bin/ringback show 1
End it all:                         Ctrl-C
"""
