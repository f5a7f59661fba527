"""Forgets a caller: first what that removes and what stays in Salesforce, then it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, request

from app.console.access.roles import operators, signed_in
from app.console.callback.came import came
from app.console.callback.shown import Shown
from app.console.callback.view import record_address
from app.console.pages.callback import entry_or_404
from app.console.reason_given import reason_given
from app.console.services import Console
from app.domain.asked import NOBODY, AskedFor
from app.domain.entry import Entry
from app.ledger.wishes import Wishes
from app.operations.discard import Discard
from app.operations.forget import Forget
from app.operations.forget_caller import ForgetCaller, SoughtCaller, StoredOfCaller

# So long payloads are looked through for the number while somebody waits for the page.
SEARCH_SECONDS = 8.0
_ALSO_WAITING = "also_waiting"


@dataclass(frozen=True)
class CaseLeft:
    """What stays in Salesforce, or may be there under an external id."""

    number: str | None
    id: str | None
    external_id: str | None
    address: str | None


def add_forget(blueprint: Blueprint, console: Console) -> None:
    """`/console/callbacks/<id>/forget`."""

    @blueprint.get("/callbacks/<int:entry_id>/forget")
    @operators
    def forget_preview(entry_id: int) -> str:
        return _preview(console, entry_or_404(console, entry_id))

    @blueprint.post("/callbacks/<int:entry_id>/forget")
    @operators
    def forget(entry_id: int) -> str:
        entry, reason = entry_or_404(console, entry_id), reason_given("reason")
        if not reason:
            return _preview(console, entry, lacks_reason=True)
        asked, caller = AskedFor(signed_in().name, reason), _caller(console, entry)
        forgetting = _forgetting(console, asked, discards=_ALSO_WAITING in request.form)
        stored = _as_seen(_stored(forgetting, caller, entry))
        console.audit.note(signed_in(), "forget", entry.id, reason)
        fates = forgetting.run(caller, stored)
        console.database.empty_journal()
        return console.page("console/forgotten.html", entry=entry, fates=fates, left=_left(console, stored))


def _preview(console: Console, entry: Entry, *, lacks_reason: bool = False) -> str:
    caller, discards = _caller(console, entry), _ALSO_WAITING in request.values
    forgetting = _forgetting(console, NOBODY, discards=discards)
    stored = _stored(forgetting, caller, entry)
    return console.page(
        "console/forget.html",
        entry=entry,
        stored=stored,
        planned=forgetting.plan(stored),
        left=_left(console, stored),
        discards=discards,
        lacks_reason=lacks_reason,
    )


def _forgetting(console: Console, asked: AskedFor, *, discards: bool) -> ForgetCaller:
    wishes = Wishes(console.database, console.ledger.codec)
    discard = Discard(console.in_force.loaded.config, console.attempts("discard", asked)) if discards else None
    return ForgetCaller(console.ledger, wishes, Forget(console.ledger, discard))


def _caller(console: Console, entry: Entry) -> SoughtCaller:
    """The caller of the entry; nobody where it tells no number."""
    sources = console.in_force.loaded.config.sources
    number = came(entry, sources.get(entry.source), Shown()).number
    return SoughtCaller.of(number, sources.values(), console.ledger.codec) if number else SoughtCaller((), ())


def _stored(forgetting: ForgetCaller, caller: SoughtCaller, entry: Entry) -> StoredOfCaller:
    stored = forgetting.find(caller, seconds=SEARCH_SECONDS)
    if any(one.id == entry.id for one in stored.entries):
        return stored
    return replace(stored, entries=[*stored.entries, entry])


def _as_seen(stored: StoredOfCaller) -> StoredOfCaller:
    """What the preview has shown: nothing goes that nobody has seen."""
    seen, wishes = request.form.getlist("id"), request.form.getlist("wish")
    return replace(
        stored,
        entries=[one for one in stored.entries if str(one.id) in seen],
        wishes=[one for one in stored.wishes if str(one.id) in wishes],
    )


def _left(console: Console, stored: StoredOfCaller) -> Sequence[CaseLeft]:
    cases = {
        one.record_id or one.external_id: CaseLeft(
            one.record_number, one.record_id, one.external_id, record_address(console, one.record_id, one.record_object)
        )
        for one in stored.entries
        if one.record_id or one.unknown
    }
    return list(cases.values())
