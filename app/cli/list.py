"""`ringback list`: what is in the ledger."""

import json

import click

from app.cli.chosen import Options, choice_of
from app.cli.ledger_options import When, choosing
from app.cli.reading import reading
from app.cli.table import dropped_table, table
from app.ledger.ledger import Ledger
from app.operations.described import described
from app.operations.find import OPEN, Choice, entries_of
from app.operations.paging import FIRST, ids_of


@click.command("list")
@choosing
@click.option("--number", help="Only of this telephone number.")
@click.option("--dropped", is_flag=True, help="Only those whose Case was made without some of its fields.")
@click.option("--reconciled", is_flag=True, help="Only those that never came and were taken in from jtel.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="So many; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object on each line.")
def list_entries(
    states: tuple[str, ...],
    sources: tuple[str, ...],
    reasons: tuple[str, ...],
    rules: tuple[str, ...],
    since: When | None,
    older_than: When | None,
    number: str | None,
    dropped: bool,
    reconciled: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Show callbacks, the newest first.

    Without --state: all that are not done, so neither delivered nor discarded, and can still be; with --number,
    --dropped or --reconciled: all. With --dropped --reason is why fields were left out.
    """
    options = Options(states, sources, reasons, rules, since, older_than)
    with reading() as read:
        choice = choice_of(read, options, number, dropped=dropped, reconciled=reconciled)
        _show(read.ledger, choice, limit, as_json)


def _show(ledger: Ledger, choice: Choice, limit: int, as_json: bool) -> None:
    ids = ids_of(ledger, choice, limit + 1 if limit else None, FIRST)
    shown = ids[:limit] if limit else ids
    now = ledger.now()
    found = entries_of(ledger, shown)
    if as_json:
        for entry in found:
            click.echo(json.dumps(described(entry, now)))
    elif shown:
        for line in (dropped_table if choice.dropped else table)(list(found), now):
            click.echo(line)
    else:
        click.echo(_nothing(choice), err=True)
    if len(ids) > len(shown):
        click.echo(f"There are older ones than these {limit}; --limit 0 shows all.", err=True)


def _nothing(choice: Choice) -> str:
    if choice == Choice(states=OPEN, with_payload=True):
        return "Nothing is open. What is done: ringback list --state delivered"
    return "No Case was made without a field." if choice == Choice(dropped=True) else "No such callback."
