"""`ringback show`: a callback, what happened to it, and what happens next."""

import json
from collections.abc import Sequence

import click

from app.cli.opened import entries_named, opened
from app.cli.story import story
from app.domain.entry import Entry
from app.domain.harmless import harmless, payload_text
from app.operations.advice import Advice, advice
from app.operations.described import described, iso
from app.operations.named import SeveralError, named
from app.operations.now import Now
from app.operations.timeline import timeline
from app.wiring import Runtime


@click.command()
@click.argument("name", metavar="ID")
@click.option("--source", "sources", multiple=True, help="Only of this source.")
@click.option("--payload", is_flag=True, help="Also what jtel sent: personal data.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object on each line.")
def show(name: str, sources: tuple[str, ...], payload: bool, as_json: bool) -> None:
    """Show a callback: what it is, what happened to it, what happens next and who has to act.

    ID is its id as `ringback list` shows it, jtel's event id, SOURCE/EVENT, a Case number, a Case id, or the requestId
    of its first answer. What may mean several callbacks is listed, each with a name that means it alone.
    """
    with opened() as runtime:
        entries = _named_json(runtime, name, sources) if as_json else entries_named(runtime.ledger, [name], sources)
        now = Now.of(runtime.database)
        for entry in entries:
            tip = advice(entry, now)
            if as_json:
                click.echo(json.dumps(_as_json(runtime, entry, tip, now.clock, payload)))
                continue
            source = runtime.config.sources.get(entry.source)
            for line in story(entry, timeline(runtime.ledger, entry), tip, source.zone if source else None):
                click.echo(line)
            if payload:
                click.echo(_payload(entry) if entry.purged_at is None else "What jtel sent has been removed.\n")


def _named_json(runtime: Runtime, name: str, sources: Sequence[str]) -> list[Entry]:
    try:
        return named(runtime.ledger, name, sources)
    except SeveralError as error:
        now = runtime.ledger.now()
        for one in error.meanings:
            for entry in one.entries:
                click.echo(json.dumps({"name": one.name, "means": one.what, **described(entry, now)}))
        raise


def _as_json(runtime: Runtime, entry: Entry, tip: Advice, now: float, payload: bool) -> dict[str, object]:
    shown = {
        **described(entry, now),
        "deliveredAt": iso(entry.delivered_at),
        "orgId": entry.org_id,
        "outcomeUnknown": entry.unknown,
        "timeline": [moment.described() for moment in timeline(runtime.ledger, entry)],
        "next": {"who": tip.who, "text": tip.text},
    }
    if payload and entry.purged_at is None:
        shown["payload"] = {name: payload_text(raw) for name, raw in _parts(entry)}
    return shown


def _payload(entry: Entry) -> str:
    shown = ((name.capitalize(), raw) for name, raw in _parts(entry) if raw)
    return "\n".join(f"{name}:\n{harmless(payload_text(raw))}" for name, raw in shown) + "\n"


def _parts(entry: Entry) -> list[tuple[str, bytes]]:
    edited = [("edited", entry.edited)] if entry.edited else []
    return [("body", entry.body), ("query", entry.query), *edited]
