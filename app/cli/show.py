"""`ringback show`: a callback, what happened to it, and what happens next."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from app.cli.opened import entries_named
from app.cli.reading import Reading, reading
from app.cli.story import story
from app.domain.entry import Entry
from app.domain.harmless import harmless, payload_text
from app.operations.advice import Advice, advice
from app.operations.described import described, iso
from app.operations.named import SeveralError, named
from app.operations.now import Now
from app.operations.sent import SentByAttempt, as_it_stands, sent_of
from app.operations.timeline import Moment, timeline


@click.command()
@click.argument("name", metavar="ID")
@click.option("--source", "sources", multiple=True, help="Only of this source.")
@click.option("--payload", is_flag=True, help="Also what jtel sent and Salesforce got: personal data.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object on each line.")
def show(name: str, sources: tuple[str, ...], payload: bool, as_json: bool) -> None:
    """Show a callback: what it is, what happened to it, what happens next and who has to act.

    ID is its id as `ringback list` shows it, jtel's event id, SOURCE/EVENT, a Case number, a Case id, or the requestId
    of its first answer. What may mean several callbacks is listed, each with a name that means it alone.
    """
    with reading() as read:
        entries = _named_json(read, name, sources) if as_json else entries_named(read.ledger, [name], sources)
        now = Now.of(read.database)
        for entry in entries:
            attempts, tip = read.ledger.attempts(entry.id), advice(entry, now)
            moments, is_there = timeline(entry, attempts), payload and entry.purged_at is None
            sent = as_it_stands(sent_of(read.ledger.rows, attempts)) if is_there else None
            if as_json:
                more = _payload_json(entry, sent) if is_there else {}
                click.echo(json.dumps({**_as_json(entry, moments, tip, now.clock), **more}))
                continue
            source = read.sources.get(entry.source)
            for line in story(entry, moments, tip, source.zone if source else None):
                click.echo(line)
            if payload:
                removed = "What jtel sent, and what was sent to Salesforce, has been removed.\n"
                click.echo(_payload(entry, sent) if is_there else removed)


def _named_json(read: Reading, name: str, sources: Sequence[str]) -> list[Entry]:
    try:
        return named(read.ledger, name, sources)
    except SeveralError as error:
        now = read.ledger.now()
        for one in error.meanings:
            for entry in one.entries:
                click.echo(json.dumps({"name": one.name, "means": one.what, **described(entry, now)}))
        raise


def _as_json(entry: Entry, moments: Sequence[Moment], tip: Advice, now: float) -> dict[str, object]:
    return {
        **described(entry, now),
        "deliveredAt": iso(entry.delivered_at),
        "orgId": entry.org_id,
        "outcomeUnknown": entry.unknown,
        "timeline": [moment.described() for moment in moments],
        "next": {"who": tip.who, "text": tip.text},
    }


def _payload_json(entry: Entry, sent: SentByAttempt | None) -> dict[str, object]:
    return {
        "payload": {name: payload_text(raw) for name, raw in _parts(entry)},
        "sent": None if sent is None else {"config": sent.config, **vars(sent.record)},
    }


def _payload(entry: Entry, sent: SentByAttempt | None) -> str:
    parts = [(name.capitalize(), payload_text(raw)) for name, raw in _parts(entry)]
    if sent is not None:
        parts.append((f"Sent to Salesforce ({sent.record.object})", "\n".join(_fields(sent.record.fields))))
        parts.append(("Left out of it", "\n".join(_fields(sent.record.left_out))))
    return "\n".join(f"{name}:\n{harmless(text)}" for name, text in parts if text) + "\n"


def _fields(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        yield f"{name}: {value if isinstance(value, str) else json.dumps(value)}"


def _parts(entry: Entry) -> list[tuple[str, bytes]]:
    edited = [("edited", entry.edited)] if entry.edited else []
    return [("body", entry.body), ("query", entry.query), *edited]
