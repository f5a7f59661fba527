"""`ringback show`: a callback, what happened to it, and what happens next."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from app.cli.opened import entries_named, opened
from app.cli.story import story
from app.domain.entry import Entry
from app.domain.harmless import harmless, payload_text
from app.operations.advice import Advice, advice
from app.operations.described import described, iso
from app.operations.named import SeveralError, named
from app.operations.now import Now
from app.operations.sent import SentByAttempt, as_it_stands, sent_of
from app.operations.timeline import timeline
from app.wiring import Runtime


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
                removed = "What jtel sent, and what was sent to Salesforce, has been removed.\n"
                click.echo(_payload(entry, _sent(runtime, entry)) if entry.purged_at is None else removed)


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
        shown["payload"] = {"body": payload_text(entry.body), "query": payload_text(entry.query)}
        sent = _sent(runtime, entry)
        shown["sent"] = None if sent is None else {"config": sent.config, **vars(sent.record)}
    return shown


def _sent(runtime: Runtime, entry: Entry) -> SentByAttempt | None:
    return as_it_stands(sent_of(runtime.ledger, entry.id))


def _payload(entry: Entry, sent: SentByAttempt | None) -> str:
    parts = [("Body", payload_text(entry.body)), ("Query", payload_text(entry.query))]
    if sent is not None:
        parts.append((f"Sent to Salesforce ({sent.record.object})", "\n".join(_fields(sent.record.fields))))
        parts.append(("Left out of it", "\n".join(_fields(sent.record.left_out))))
    return "\n".join(f"{name}:\n{harmless(text)}" for name, text in parts if text) + "\n"


def _fields(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        yield f"{name}: {value if isinstance(value, str) else json.dumps(value)}"
