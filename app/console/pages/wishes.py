"""What Salesforce has asked jtel for, what was taken in from jtel, and callers who were served."""

from flask import Blueprint, request

from app.console.callback.view import record_address
from app.console.callbacks.reading import QueryReading
from app.console.services import Console
from app.domain.callback_wish import WishState
from app.ledger.reconcile_runs import ReconcileRuns
from app.ledger.served_calls import ServedCalls
from app.ledger.wishes import Wishes

SIZE = 50
_STATES = {state.value: state for state in WishState}


def add_wishes(blueprint: Blueprint, console: Console) -> None:
    """`/console/wishes`."""

    @blueprint.get("/wishes")
    def wishes() -> str:
        reading, store = QueryReading(request.args), Wishes(console.database, console.ledger.codec)
        states = [_STATES[one] for one in reading.several("state", _STATES)]
        undecided = reading.only("undecided") == "1"
        found = store.latest(states, undecided=undecided, before=reading.id("after"), limit=SIZE + 1)
        return console.page(
            "console/wishes.html",
            wishes=found[:SIZE],
            after=found[SIZE - 1].id if len(found) > SIZE else None,
            states=WishState,
            chosen=states,
            undecided=undecided,
            unread=reading.unread,
            now=console.ledger.now(),
            runs=ReconcileRuns(console.database).all(),
            reconciled_sources=_reconciled(console),
            calls=ServedCalls(console.ledger).latest(),
            record_address=lambda record_id: record_address(console, record_id),
        )


def _reconciled(console: Console) -> list[str]:
    sources = console.in_force.loaded.config.sources
    return [name for name, source in sources.items() if source.reconcile is not None]
