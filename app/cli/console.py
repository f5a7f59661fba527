"""`ringback console`: its users, and what they did."""

import json
import sys
from collections.abc import Iterator, Sequence

import click

from app.cli.opened import StopError, opened
from app.cli.table import lines
from app.domain.harmless import harmless
from app.ledger.audit import AuditTrail, Deed
from app.operations.console_settings import Role, entry_of, is_name
from app.operations.described import iso

LEAST = 12
_ROLES = [role.value for role in Role]
_HEADER = ("AT", "USER", "DID", "CALLBACK", "FROM", "WHY")


@click.group()
def console() -> None:
    """Make users of the console, and see what they did."""


@console.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default=Role.VIEWER.value, show_default=True)
def user(name: str, role: str) -> None:
    """Make the entry of a user for RINGBACK_CONSOLE_USERS. Asks for the password, or reads it from a pipe.

    A viewer sees all, with numbers masked. An operator may do all: replay, discard, look at numbers and at what jtel
    sent, and try mappings.
    """
    # Loaded only where it is used.
    from werkzeug.security import generate_password_hash

    if not is_name(name):
        raise StopError("A name has up to 40 letters, digits and any of . _ - @")
    password = _password()
    if len(password) < LEAST:
        raise StopError(f"The password has {len(password)} characters; take {LEAST} or more.")
    click.echo(entry_of(name, Role(role), generate_password_hash(password, "scrypt")))


@console.command()
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="So many.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object on each line.")
def audit(limit: int, as_json: bool) -> None:
    """Show what people did with the console, the newest first."""
    with opened() as runtime:
        deeds = AuditTrail(runtime.database).latest(limit)
    for line in map(_as_json, deeds) if as_json else _table(deeds):
        click.echo(line)


def _password() -> str:
    if sys.stdin.isatty():
        # What is typed is not shown.
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _table(deeds: Sequence[Deed]) -> Iterator[str]:
    yield from lines([_HEADER, *map(_cells, deeds)])


def _cells(deed: Deed) -> tuple[str, ...]:
    callback = "-" if deed.entry_id is None else str(deed.entry_id)
    return (iso(deed.at) or "-", deed.user, deed.deed, callback, deed.client or "-", harmless(deed.note or "-"))


def _as_json(deed: Deed) -> str:
    return json.dumps(
        {
            "at": iso(deed.at),
            "user": deed.user,
            "role": deed.role,
            "deed": deed.deed,
            "callback": deed.entry_id,
            "note": deed.note,
            "client": deed.client,
            "requestId": deed.request_id,
        }
    )
