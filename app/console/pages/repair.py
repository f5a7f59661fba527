"""Replays or discards callbacks, one or many: first what would be done, then a reason, then how far it has come."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, request

from app.console.access.roles import operators, signed_in
from app.console.callbacks.filters import filters_of
from app.console.callbacks.reading import id_of
from app.console.language import one as in_language
from app.console.reason_given import reason_given
from app.console.services import Console
from app.domain.entry import State
from app.ledger.pauses import ORG
from app.ledger.repairs import PLAN_SECONDS, Repair, RepairDeed, Repaired, Repairs
from app.ledger.tables import LARGEST_ID
from app.operations.discard import Discarding
from app.operations.fates import ReplayFate
from app.operations.find import Choice, usual_states
from app.operations.now import Now
from app.operations.paging import ids_of
from app.operations.plan import plan

# So many are done at once; what is more comes with the next repair.
MOST = 10_000
# A page never has more boxes to tick.
MOST_NAMED = 1_000
# So many that did not go through are shown, each by itself.
MOST_SHOWN = 200
_FATES: dict[RepairDeed, Any] = {RepairDeed.REPLAY: ReplayFate, RepairDeed.DISCARD: Discarding}
_DONE = {
    RepairDeed.REPLAY: (ReplayFate.DELIVERED, ReplayFate.ALREADY_DELIVERED),
    RepairDeed.DISCARD: (Discarding.DISCARDED, Discarding.ALREADY, Discarding.FOUND),
}


def add_repair(blueprint: Blueprint, console: Console) -> None:
    """`/console/repair`: what is posted there is planned; `/console/repair/<id>` shows the plan, and then the work."""
    repairs = Repairs(console.database)

    @blueprint.post("/repair")
    @operators
    def plan_repair() -> Response:
        deed, named = _deed(), "id" in request.values
        ids = _named_ids() if named else ids_of(console.ledger, _choice(console, deed), MOST)
        return to_repair(repairs.plan(deed, ids, signed_in().name, named=named))

    @blueprint.get("/repair")
    def list_repairs() -> str:
        return console.page("console/repairs.html", repairs=repairs.latest_progress(50))

    @blueprint.get("/repair/<int:repair_id>")
    def show_repair(repair_id: int) -> str:
        one = _known(repairs, repair_id)
        return _work(console, repairs, one) if one.asked_at else _preview(console, one)

    @blueprint.post("/repair/<int:repair_id>")
    @operators
    def do_repair(repair_id: int) -> Response | tuple[str, int]:
        one, note = _known(repairs, repair_id), reason_given("note")
        if not note:
            return _preview(console, one, unsaid=True), 422
        if one.asked_at is None and not is_old(console, one):
            ask(console, repairs, one, note)
        return to_repair(repair_id)


def ask(console: Console, repairs: Repairs, one: Repair, note: str) -> None:
    """Asks for what was planned, and notes who did. Raises `LedgerError`."""
    entry_id = one.entry_ids[0] if len(one.entry_ids) == 1 else None
    audited = note if entry_id else f"{len(one.entry_ids)} callbacks, repair {one.id}: {note}"
    console.audit.note(signed_in(), one.deed.value, entry_id, audited)
    if repairs.ask(one.id, one.asked_by, note):
        console.repairing.look_now()


def to_repair(repair_id: int) -> Response:
    """Where the repair is shown."""
    return Response(status=303, headers={"Location": f"/console/repair/{repair_id}"})


def is_old(console: Console, one: Repair) -> bool:
    """Whether the plan shows what was too long ago."""
    return console.ledger.now() - one.planned_at > PLAN_SECONDS


def _known(repairs: Repairs, repair_id: int) -> Repair:
    one = repairs.get(repair_id) if repair_id <= LARGEST_ID else None
    # A plan is its maker's; what is done may be seen by all.
    if one is None or (one.asked_at is None and one.asked_by != signed_in().name):
        abort(404)
    return one


def _named_ids() -> list[int]:
    """The callbacks that were chosen one by one."""
    written = request.values.getlist("id")[:MOST_NAMED]
    return [read for one in written if (read := id_of(one)) is not None]


def _choice(console: Console, deed: RepairDeed) -> Choice:
    """What the filters of a list mean; of all states those that somebody may still have to care for."""
    sources = console.in_force.loaded.config.sources
    filters = filters_of(request.values, sources)
    if filters.unread:
        # It would mean more than was meant.
        abort(404)
    choice = filters.choice(console.ledger.now(), sources)
    # Nobody can replay what is gone, but somebody may want to be done with it.
    return replace(choice, states=choice.states or usual_states(choice.reasons), with_payload=deed is RepairDeed.REPLAY)


def _deed() -> RepairDeed:
    try:
        return RepairDeed(request.form.get("deed", ""))
    except ValueError:
        abort(404)


def _preview(console: Console, one: Repair, *, unsaid: bool = False) -> str:
    planned, now = plan(console.ledger, one.entry_ids, one.deed, named=one.named), Now.of(console.database)
    return console.page(
        "console/repair_preview.html",
        repair=one,
        planned=planned,
        old=is_old(console, one),
        unsaid=unsaid,
        pause=now.pauses.get(ORG),
        engine_alive=now.engine_alive,
        most=MOST,
    )


def _work(console: Console, repairs: Repairs, one: Repair) -> str:
    # What another Ringback wrote may be no word of ours.
    words = {fate.name.lower(): in_language(fate.value) for fate in _FATES[one.deed]}
    done = [fate.name.lower() for fate in _DONE[one.deed]]
    fates = repairs.counts(one)
    left = repairs.results(one, done, MOST_SHOWN)
    return console.page(
        "console/repair.html",
        repair=one,
        fates=[(words.get(word, word), count) for word, count in fates.most_common()],
        done=fates.total(),
        good=sum(fates[word] for word in done),
        left=[(result, words.get(result.fate, result.fate)) for result in _with_messages(console, left)],
        engine_alive=Now.of(console.database).engine_alive,
        discards=one.deed is RepairDeed.DISCARD,
        failed=State.FAILED.value,
    )


def _with_messages(console: Console, results: list[Repaired]) -> list[Repaired]:
    """What was said of an attempt stands with its callback."""
    entries = {entry.id: entry for entry in console.ledger.states([one.entry_id for one in results])}
    return [
        Repaired(one.entry_id, one.fate, one.reason, one.message or (entry.message if entry else None))
        for one in results
        for entry in [entries.get(one.entry_id)]
    ]
