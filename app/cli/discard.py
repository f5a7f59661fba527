"""`ringback discard`: take callbacks out of delivery."""

import sys

import click

from app.cli.opened import confirm, entries_named, opened
from app.cli.table import event_of, table
from app.cli.tell import tell
from app.domain.asked import AskedFor
from app.operations.discard import Discard, Discarding

_SETTLED = (Discarding.DISCARDED, Discarding.ALREADY, Discarding.FOUND)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="ID…")
@click.option("--note", help="Why: kept with each callback. Write nothing about callers.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def discard(names: tuple[str, ...], note: str | None, yes: bool) -> None:
    """Deliver these callbacks no more; jtel gets a 200 if it sends them again.

    ID is an entry's id, or SOURCE/EVENT, or an event id. Where the outcome of an attempt is not known, Salesforce is
    asked first; a callback that has its Case counts as delivered. Exit status 1: not all could be discarded.
    """
    with opened() as runtime:
        entries = entries_named(runtime.ledger, names)
        for line in table(entries, runtime.ledger.now()):
            tell(line)
        confirm("Discard? Nobody will be called back for what is discarded.", yes=yes)
        discarding = Discard(runtime.config, runtime.attempts_asked_for("discard", AskedFor(note=note)))
        done = True
        for entry in entries:
            became = discarding.run(entry)
            done = done and became in _SETTLED
            tell(f"{entry.id} (event {event_of(entry)} of {entry.source}) {became.value}.")
    sys.exit(0 if done else 1)
