"""`ringback wishes`: what Salesforce has asked jtel for by the way back."""

import json
import sys
from collections.abc import Mapping

import click

from app.cli.opened import StopError, confirm, opened
from app.cli.reading import reading
from app.cli.table import age, lines
from app.cli.tell import tell
from app.domain.callback_wish import CallbackWish, WishState
from app.ledger.wishes import Wishes
from app.operations.described import iso
from app.operations.way_back.settle import Settle, Settling
from app.wiring import Runtime

_HEADER = ("ID", "CASE", "SOURCE", "STATE", "EVENT", "REASON", "AGE", "CAME")
_STATES = [state.value for state in WishState]


@click.group()
def wishes() -> None:
    """Show what Salesforce has asked jtel for, and say what became of it where nobody knows."""


@wishes.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Only in this state.")
@click.option("--all", "everything", is_flag=True, help="All, and not only those that wait for a person.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object on each line.")
def list_wishes(states: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Show wishes, the newest first.

    Without --all or --state: those of which nobody knows whether jtel has them. CAME says whether the callback has come
    that jtel sends for the event.
    """
    with reading() as read:
        store = Wishes(read.database, read.ledger.codec)
        undecided = not states and not everything
        found, now = store.latest([WishState(one) for one in states], undecided=undecided), store.now()
    if as_json:
        for wish in found:
            click.echo(json.dumps(_described(wish, now)))
    elif found:
        for line in lines([_HEADER, *(_cells(wish, now) for wish in found)]):
            click.echo(line)
    else:
        click.echo("No wish waits for a person." if undecided else "No such wish.", err=True)


@wishes.command()
@click.argument("wish_id", metavar="ID", type=int)
@click.option("--event", "event_id", type=click.IntRange(min=1), help="jtel has it: this is its event.")
@click.option("--again", is_flag=True, help="jtel does not have it: ask for it again, now.")
@click.option("--discard", is_flag=True, help="Nobody needs it any more.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def settle(wish_id: int, event_id: int | None, again: bool, discard: bool, yes: bool) -> None:
    """Say what became of a wish. Look in jtel first: for an event of this group with the Case's id in its user data.

    Exit status 1: it was not settled, or jtel has refused it or not answered again.
    """
    if [event_id is not None, again, discard].count(True) != 1:
        raise StopError("Say one of --event, --again and --discard.")
    with opened() as runtime:
        wish = runtime.wishes().get(wish_id)
        if wish is None:
            raise StopError(f"There is no wish {wish_id}. See: ringback wishes list --all")
        if again:
            confirm("Ask jtel for it again? If jtel has it already, the caller is called back twice.", yes=yes)
        became, wish = _settle(runtime, wish, event_id, again)
    said = wish.state.value if became is Settling.DONE else became.value
    event = f", event {wish.event_id}" if became is Settling.DONE and wish.event_id else ""
    tell(f"Wish {wish.id} of Case {wish.case_id}: {said}{event}.{_why(wish, became)}")
    sys.exit(0 if became is Settling.DONE and not _is_open(wish) else 1)


def _settle(runtime: Runtime, wish: CallbackWish, event_id: int | None, again: bool) -> tuple[Settling, CallbackWish]:
    settling: Settle = runtime.settle()
    if event_id is not None:
        return settling.as_event(wish, str(event_id))
    return settling.again(wish, runtime.config.sources.get(wish.source)) if again else settling.discard(wish)


def _is_open(wish: CallbackWish) -> bool:
    return wish.state in (WishState.UNKNOWN, WishState.REFUSED)


def _why(wish: CallbackWish, became: Settling) -> str:
    return f" {wish.message}" if became is Settling.DONE and wish.message else ""


def _state(wish: CallbackWish, now: float) -> str:
    return WishState.UNKNOWN.value if wish.needs_person(now) else wish.state.value


def _cells(wish: CallbackWish, now: float) -> tuple[str, ...]:
    came = "yes" if wish.arrived_at else "no"
    known = (_state(wish, now), wish.event_id or "-", wish.reason or "-", age(now - wish.received_at), came)
    return (str(wish.id), wish.case_id, wish.source, *known)


def _described(wish: CallbackWish, now: float) -> Mapping[str, object]:
    return {
        "id": wish.id,
        "caseId": wish.case_id,
        "source": wish.source,
        "state": _state(wish, now),
        "acdEventsId": wish.event_id,
        "reason": wish.reason,
        "message": wish.message,
        "requestId": wish.request_id,
        "receivedAt": iso(wish.received_at),
        "settledAt": iso(wish.settled_at),
        "arrivedAt": iso(wish.arrived_at),
        "purgedAt": iso(wish.purged_at),
    }
