"""Writes something else in the place of what jtel sent, and replays it. Each look at that is noted."""

from typing import Any

from flask import Blueprint, Response, request

from app.console.access.roles import operators, signed_in
from app.console.pages.callback import entry_or_404
from app.console.pages.repair import ask, to_repair
from app.console.reason_given import reason_given
from app.console.services import Console
from app.domain.asked import AskedFor
from app.domain.entry import Entry
from app.domain.errors import PayloadError
from app.ledger.repairs import RepairDeed, Repairs
from app.operations.edit import Edit, EditBarredError, edited_text


def add_edit(blueprint: Blueprint, console: Console) -> None:
    """`/console/callbacks/<id>/edit`: without a text it shows the form, with one what is changed, then does it."""
    repairs = Repairs(console.database)

    @blueprint.get("/callbacks/<int:entry_id>/edit")
    def back_to_callback(entry_id: int) -> Response:
        return Response(status=303, headers={"Location": f"/console/callbacks/{entry_id}"})

    @blueprint.post("/callbacks/<int:entry_id>/edit")
    @operators
    def edit_callback(entry_id: int) -> Response | str | tuple[str, int]:
        entry, user = entry_or_404(console, entry_id), signed_in()
        text, note = _text(), reason_given("note")
        editing = Edit(console.in_force.loaded.config, console.attempts("edit", AskedFor(user.name, note or None)))
        if text is None:
            console.audit.note(user, "raw", entry_id)
            return _page(console, entry, edited_text(entry), bar=editing.bar(entry))
        try:
            changes = editing.preview(entry, text)
            if request.form.get("step") != "save" or not note:
                unsaid = request.form.get("step") == "save"
                # It shows what jtel sent, whatever was written.
                console.audit.note(user, "raw", entry_id)
                return _page(console, entry, text, changes=changes, unsaid=unsaid)
            console.audit.note(user, "edit", entry_id, note)
            editing.run(entry, text)
        except EditBarredError as barred:
            return _page(console, entry, text, bar=barred.bar), 422
        except PayloadError as error:
            return _page(console, entry, text, wrong=error.message), 422
        return to_repair(_replay(console, repairs, entry, user.name, note))


def _replay(console: Console, repairs: Repairs, entry: Entry, by: str, note: str) -> int:
    repair_id = repairs.plan(RepairDeed.REPLAY, [entry.id], by, named=True)
    planned = repairs.get(repair_id)
    if planned is not None:
        ask(console, repairs, planned, note)
    return repair_id


def _text() -> str | None:
    """What was written; browsers send each end of a line as two characters."""
    text = request.form.get("text")
    return None if text is None else text.replace("\r\n", "\n")


def _page(console: Console, entry: Entry, text: str, **more: Any) -> str:
    known = {"bar": None, "wrong": None, "changes": None, "unsaid": False, **more}
    return console.page("console/edit.html", entry=entry, text=text, **known)
