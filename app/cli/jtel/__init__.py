"""`ringback jtel`: every call of jtel's REST API as a command. They are those of the table of calls."""

import click

from app.cli.jtel.command import command_of
from app.jtel.calls import CALLS

_GROUPS = {
    "events": "ACD events: callbacks, voice mails, tickets.",
    "groups": "ACD groups.",
    "users": "Agents and other users.",
    "service-numbers": "The numbers that callers dial.",
    "variables": "Cockpit variables.",
    "campaigns": "Campaigns of the dialler.",
}


def _build() -> click.Group:
    root = click.Group("jtel", help="Ask jtel's own REST API (docs/jtel-api.md).")
    groups = {name: click.Group(name, help=text) for name, text in _GROUPS.items()}
    for group in groups.values():
        root.add_command(group)
    for call in CALLS.values():
        name, _, word = call.command.partition(" ")
        groups[name].add_command(command_of(call, word))
    return root


jtel = _build()
