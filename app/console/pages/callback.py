"""The page of one callback."""

from flask import Blueprint, abort, request

from app.console.access.roles import operators, signed_in
from app.console.callback.shown import Revealed, Shown
from app.console.callback.view import view_of
from app.console.services import Console
from app.domain.entry import Entry
from app.ledger.tables import LARGEST_ID

_DEEDS = {Revealed.NUMBERS.value: Revealed.NUMBERS, Revealed.RAW.value: Revealed.RAW}


def add_callback(blueprint: Blueprint, console: Console) -> None:
    """`/console/callbacks/<id>`, and what an operator reveals of it, for one answer."""

    @blueprint.get("/callbacks/<int:entry_id>")
    def callback(entry_id: int) -> str:
        return _page(console, entry_or_404(console, entry_id), Shown())

    @blueprint.post("/callbacks/<int:entry_id>/reveal")
    @operators
    def reveal(entry_id: int) -> str:
        entry = entry_or_404(console, entry_id)
        revealed = _DEEDS.get(request.form.get("what", "")) or abort(400)
        console.audit.note(signed_in(), "raw" if revealed is Revealed.RAW else "reveal", entry.id)
        return _page(console, entry, Shown(revealed))


def entry_or_404(console: Console, entry_id: int) -> Entry:
    """The entry with this id. Raises `LedgerError`, and `NotFound` where there is none."""
    entry = console.ledger.get(entry_id) if entry_id <= LARGEST_ID else None
    return entry or abort(404)


def _page(console: Console, entry: Entry, shown: Shown) -> str:
    in_force = console.in_force.loaded.hash
    view = view_of(console, entry, shown)
    return console.page("console/callback.html", view=view, in_force=in_force, Revealed=Revealed)
