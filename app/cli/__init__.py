"""The `ringback` command. Each command lives in its own file and is imported only when it is called."""

import importlib
import sys
from pathlib import Path

import click

from app.cli.tell import write_any_letter
from app.version import version

COMMANDS = {
    "alert": "app.cli.alert:alert",
    "check": "app.cli.check:check",
    "console": "app.cli.console:console",
    "discard": "app.cli.discard:discard",
    "forget": "app.cli.forget:forget",
    "jtel": "app.cli.jtel:jtel",
    "list": "app.cli.list:list_entries",
    "map": "app.cli.map:map_payloads",
    "migrate": "app.cli.migrate:migrate",
    "purge": "app.cli.purge:purge",
    "reconcile": "app.cli.reconcile:reconcile",
    "rekey": "app.cli.rekey:rekey",
    "replay": "app.cli.replay:replay",
    "run": "app.cli.run:run",
    "sandbox": "app.cli.sandbox:sandbox",
    "schema": "app.cli.schema:schema",
    "send": "app.cli.send:send",
    "show": "app.cli.show:show",
    "test-rules": "app.cli.test_rules:test_rules",
    "wishes": "app.cli.wishes:wishes",
    "worker": "app.cli.worker:worker",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name, so that `ringback send` does not load the web service."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="ringback")
def main() -> None:
    """Ringback turns jtel's callback requests into exactly one Salesforce Case each."""
    write_any_letter()
    # As gunicorn and `python -m` do: mappers of one's own lie where Ringback starts. Last, so that they hide nothing.
    sys.path.append(str(Path.cwd()))
