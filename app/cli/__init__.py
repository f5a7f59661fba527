"""The `ringback` command. Each command lives in its own file and is imported only when it is called."""

import importlib
import os
import sys
from pathlib import Path

import click

from app.cli.tell import tell, write_any_letter
from app.disk import DATA, NOTES
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
_HELP = ["-h", "--help"]
# As a shell says it.
_CTRL_C = 130
# They start something, or need to know nothing.
_BY_THEMSELVES = ("run", "sandbox", "schema")


class LazyGroup(click.Group):
    """A group that knows its commands by name, so that `ringback send` does not load the web service."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. A Ctrl-C that it does not take itself is told, and ends it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            tell("\nEnded by Ctrl-C. What was done by then stays done; the same command does the rest.", err=True)
            sys.exit(_CTRL_C)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": _HELP})
@click.version_option(version(), prog_name="ringback")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Ringback turns jtel's callback requests into exactly one Salesforce Case each."""
    write_any_letter()
    if ctx.invoked_subcommand not in _BY_THEMSELVES and not set(_HELP) & set(sys.argv):
        go_by_what_runs()
    # As gunicorn and `python -m` do: mappers of one's own lie where Ringback starts. Last, so that they hide nothing.
    sys.path.append(str(Path.cwd()))


def go_by_what_runs() -> None:
    """From now on the settings are those of the trial that runs in this folder, where no variable says otherwise."""
    if not any(DATA.glob(NOTES)):
        return
    from app.cli.running import take_settings

    said = take_settings(os.environ)
    if said:
        tell(said, err=True)
