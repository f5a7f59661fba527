"""What jtel has answered: a table for people, or JSON as it came. The table of events holds no caller's data."""

import json
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Any

import click

from app.domain.harmless import harmless
from app.jtel.calls import JtelAnswer, JtelCall
from app.jtel.records import CreatedEvent, JtelRecord
from app.jtel.variables import VariableSet

# Field and least width. A list may be of any length, so it is printed as it comes.
_ID = ("ID", 8)
_NAMED = (_ID, ("Name", 0))
_SHORT_TEXT = (_ID, ("ShortText", 0))
_COLUMNS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "AcdEvent": (
        _ID,
        ("AcdEventTypesID", 15),
        ("AcdEventStatusID", 16),
        ("AcdGroupsID", 11),
        ("UsersID", 8),
        ("dtCreated", 23),
    ),
    "AcdEventType": _SHORT_TEXT,
    "AcdEventStatus": _SHORT_TEXT,
    "AcdGroup": _NAMED,
    "User": (_ID, ("UID", 0)),
    "ServiceNumber": (_ID, ("Name", 20), ("Name2", 0)),
    "CockpitVariable": (_ID, ("Name", 30), ("Description", 0)),
    "DiallerCampaign": _NAMED,
}
_GAP = "  "


def show(call: JtelCall, answer: Any, *, as_json: bool) -> bool:
    """Prints the answer to this call. Says whether jtel did what was asked."""
    if isinstance(answer, VariableSet):
        return _show_variable(answer, as_json=as_json)
    if call.answer is JtelAnswer.LIST:
        _show_list(call, answer, as_json=as_json)
    elif isinstance(answer, CreatedEvent):
        _show_created(answer, as_json=as_json)
    elif isinstance(answer, JtelRecord):
        _show_record(answer, as_json=as_json)
    else:
        click.echo(json.dumps({"done": True}) if as_json else "Done.")
    return True


def _show_list(call: JtelCall, records: Iterable[JtelRecord], *, as_json: bool) -> None:
    if as_json:
        for record in records:
            click.echo(json.dumps(record.fields))
        return
    coming = iter(records)
    first = list(islice(coming, 1))
    if not first:
        click.echo("There are none.", err=True)
        return
    # Which fields a result code has is not documented.
    columns = _COLUMNS.get(call.record) or tuple((name, len(name)) for name in first[0].fields)
    click.echo(_line([(name, width) for name, width in columns]))
    for record in chain(first, coming):
        click.echo(_line([(_cell(record.fields.get(name)), width) for name, width in columns]))


def _show_record(record: JtelRecord, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(record.fields))
        return
    known = {name: value for name, value in record.fields.items() if value is not None}
    width = max(map(len, known), default=0)
    for name, value in known.items():
        click.echo(f"{harmless(name).ljust(width)}{_GAP}{_cell(value)}")


def _show_created(created: CreatedEvent, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"updated": created.updated, "record": created.event.fields}))
    elif created.updated:
        click.echo(f"Event {created.event.id} was there already: its group takes none twice. jtel has commented it.")
    else:
        click.echo(f"Event {created.event.id} is created.")


def _show_variable(answer: VariableSet, *, as_json: bool) -> bool:
    if as_json:
        click.echo(json.dumps({"result": answer.result.number, "meaning": answer.result.meaning}))
    else:
        said = f" jtel says: {harmless(answer.error)}" if answer.error else ""
        click.echo(f"{answer.result.number}: {answer.result.meaning}.{said}")
    return answer.result.holds


def _line(cells: Iterable[tuple[str, int]]) -> str:
    return _GAP.join(text.ljust(width) for text, width in cells).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
