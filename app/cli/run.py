"""`ringback run`: the service under gunicorn, with the sandbox beside it when `RINGBACK_CRM=sandbox`."""

import os
import secrets
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from zoneinfo import ZoneInfo

import click

from app.cli.console_to_try import NAME, console_to_try
from app.cli.header import header_of
from app.cli.running import RunNote, noting, runs_here
from app.cli.supervise import Address, Supervisor, answers
from app.cli.tell import tell
from app.disk import SECRET_FILE, make_private, make_private_folder
from app.domain.errors import ConfigError
from app.domain.source import DEFAULT_SOURCE, Source, flow_secret_name, secret_name
from app.mapping.config import load_config
from app.operations.console_settings import USERS
from app.settings import config_path, read_secrets

DEFAULT_PORT = 8000
SANDBOX_PORT = 8001
HERE = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
GUNICORN_CONFIG = "config/gunicorn.conf.py"


@click.command()
@click.option(
    "--port", envvar="PORT", default=DEFAULT_PORT, show_default=True, help="Where jtel sends callbacks [PORT]."
)
@click.option("--sandbox-port", envvar="SANDBOX_PORT", default=SANDBOX_PORT, show_default=True, help="[SANDBOX_PORT]")
@click.option("--crm", envvar="RINGBACK_CRM", default="salesforce", show_default=True, help="[RINGBACK_CRM]")
@click.option("--host", default=HERE, show_default=True, help="The address to listen at; 0.0.0.0 for all.")
def run(port: int, sandbox_port: int, crm: str, host: str) -> None:
    """Start Ringback, and the sandbox (Salesforce and jtel) with it if RINGBACK_CRM=sandbox.

    Ctrl-C ends it: what is under way is finished first, and a second Ctrl-C ends it at once.
    """
    addresses = [(host, port), (HERE, sandbox_port)] if crm == "sandbox" else [(host, port)]
    for address in addresses:
        _require_free(address)
    environment = {**os.environ, "PORT": str(port), "SANDBOX_PORT": str(sandbox_port), "RINGBACK_CRM": crm}
    # The settings alone would listen at all addresses, as a deployment needs it.
    service = [sys.executable, "-m", "gunicorn", "--config", GUNICORN_CONFIG, "--bind", f"{_in_url(host)}:{port}"]
    url = _own_url(host, port)
    if crm == "sandbox":
        sandbox = [sys.executable, "-m", "app", "sandbox", "--port", str(sandbox_port), "--ringback", url]
        sys.exit(_try_out([service, sandbox], environment, addresses, url))
    said = f"\nRingback takes callbacks at {url}/callbacks and writes to Salesforce.\n"
    sys.exit(Supervisor([service], environment, addresses).run(lambda: tell(said)))


def _try_out(commands: Sequence[list[str]], environment: dict[str, str], addresses: Sequence[Address], url: str) -> int:
    """Runs a trial, which commands in this folder find."""
    source = _source_to_try(sources := _sources())
    with noting() as note:
        invented_console, password = ({}, "") if is_given(USERS) else console_to_try()
        environment |= _for_sandbox() | _invented_secrets(sources) | dict(invented_console)
        supervisor = Supervisor(commands, environment, addresses, [note.handle])

        def greet() -> None:
            note.write(environment, supervisor.pids)
            invented = environment.get(secret_name(source.name)) if not is_given(secret_name(source.name)) else None
            header = _shown(source, invented, note)
            tell(_welcome(url, environment["SANDBOX_PORT"], source.name, invented, header, password))

        return supervisor.run(greet)


def is_given(name: str) -> bool:
    """Whether the environment has this secret, itself or in a file."""
    return any(os.environ.get(one, "").strip() for one in (name, f"{name}_FILE"))


def _require_free(address: Address) -> None:
    if not answers(address):
        return
    port = str(address[1])
    for one in runs_here():
        if port in (one.settings["PORT"], one.settings["SANDBOX_PORT"]):
            pids = " ".join(str(pid) for pid in one.pids)
            raise click.ClickException(
                f"Ringback runs here already ({one.where}). End it by Ctrl-C or `kill {pids}`, or choose other ports: "
                "PORT=… SANDBOX_PORT=… make run"
            )
    raise click.ClickException(
        f"Port {port} is taken by another program. End that, or choose others: PORT=… SANDBOX_PORT=… make run"
    )


def _sources() -> Mapping[str, Source]:
    """Those of the configuration. What is wrong with it is told by the service."""
    with suppress(ConfigError):
        return load_config(config_path(), os.environ).sources
    return {}


def _source_to_try(sources: Mapping[str, Source]) -> Source:
    standing_in = Source(DEFAULT_SOURCE, ZoneInfo("UTC"), "DE")
    return sources.get(DEFAULT_SOURCE) or next(iter(sources.values()), standing_in)


def _invented_secrets(sources: Iterable[str]) -> dict[str, str]:
    """One for all sources that have none."""
    lacking = [name for source in sources or [DEFAULT_SOURCE] if not is_given(name := secret_name(source))]
    return dict.fromkeys(lacking, _secret_of_last_start()) if lacking else {}


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


def _shown(source: Source, invented: str | None, note: RunNote) -> str:
    """What curl is to send as its header, in any shell and folder. A secret that is somebody's stays in a file."""
    if invented:
        return shlex.quote(header_of(source.access, invented).line)
    given = read_secrets([source.name])[source.name]
    return shlex.quote(f"@{note.keep_header(header_of(source.access, given[0]).line)}")


def _welcome(url: str, sandbox_port: str, source: str, invented: str | None, header: str, password: str) -> str:
    path = "/callbacks" if source == DEFAULT_SOURCE else f"/callbacks/{source}"
    sentence = (
        f"The secret of source `{source}` was made up, since {secret_name(source)} is not set: {invented}\n"
        if invented
        else ""
    )
    return f"""
Ringback is running, with a sandbox in the place of Salesforce and of jtel.
{sentence}
Be a caller, in the browser:        http://127.0.0.1:{sandbox_port}/jtel
See the Cases that come of it:      http://127.0.0.1:{sandbox_port}/
See every callback, and repair it:  {url}/console/{f"  (name {NAME}, password {password})" if password else ""}

In another terminal, in this folder:

  .venv/bin/ringback send           a callback, as jtel sends it; `send --again` makes no second Case
  .venv/bin/ringback show 1         what became of the first one

As jtel does it, from anywhere:

  curl -sS {url}{path} \\
    -H {header} -H 'Content-Type: application/json' \\
    -d '{{"AcdEventsID": 4711, "CallbackNumber": "4930901820", "ServiceNumbersName": "Hotline", "Subject": "Offer"}}'

End it all:                         Ctrl-C
"""
