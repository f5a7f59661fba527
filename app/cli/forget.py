"""`ringback forget`: remove what is stored of a caller."""

import sys
from collections.abc import Sequence

import click

from app.cli.ledger_options import sources_of
from app.cli.opened import StopError, confirm, opened
from app.cli.table import event_of, table
from app.cli.tell import progress, tell
from app.domain.callback_wish import CallbackWish
from app.domain.entry import Entry
from app.domain.numbers import normalize
from app.ledger.removal import count_payloads
from app.operations.discard import Discard
from app.operations.find import entries_of
from app.operations.forget import Forget, Forgetting
from app.operations.forget_caller import ForgetCaller, SoughtCaller, StoredOfCaller
from app.wiring import Runtime


@click.command()
@click.argument("number")
@click.option("--source", "sources", multiple=True, help="Only of this source.")
@click.option("--also-waiting", is_flag=True, help="Also discard what still has to be delivered.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(number: str, sources: tuple[str, ...], also_waiting: bool, yes: bool) -> None:
    """Remove what jtel sent of the caller with this NUMBER, however it is written, and what names it.

    First shows the callbacks that this means, and asks. What is left of them holds no personal data and keeps a repeat
    from making a second Case. Says which Cases hold the caller's data; nothing is done to them. Exit status 1: not all
    could be removed.
    """
    with opened() as runtime:
        discard = Discard(runtime.config, runtime.attempts("discard")) if also_waiting else None
        forgetting = ForgetCaller(runtime.ledger, runtime.wishes(), Forget(runtime.ledger, discard))
        caller = _caller(runtime, sources, number)
        with progress(count_payloads(runtime.database) if caller.spellings else 0) as bar:
            stored = forgetting.find(caller, bar.update)
        if not stored:
            tell("Nothing is stored of this number. What is older may be in Salesforce.")
            return
        _announce(runtime, forgetting, stored, yes=yes)
        done = _run(runtime, forgetting, caller, stored)
    sys.exit(0 if done else 1)


def _caller(runtime: Runtime, sources: Sequence[str], number: str) -> SoughtCaller:
    read_by = sources_of(runtime.config, sources)
    if not any(normalize(number, source.region) for source in read_by):
        raise StopError(f'"{number}" is no telephone number.')
    return SoughtCaller.of(number, read_by, runtime.ledger.codec, sources)


def _announce(runtime: Runtime, forgetting: ForgetCaller, stored: StoredOfCaller, *, yes: bool) -> None:
    for line in table(stored.entries, runtime.ledger.now()) if stored.entries else ():
        tell(line)
    for wish in stored.wishes:
        tell(_named(wish))
    planned = forgetting.plan(stored)
    for fate, count in planned.items():
        tell(f"{count:7}  {fate.value}" if fate is not Forgetting.REMOVED else f"{count:7}  to be removed")
    if stored.calls:
        tell(f"{stored.calls:7}  calls of the caller to be removed")
    if planned[Forgetting.REMOVED] or stored.calls:
        confirm("Remove what is stored of these?", yes=yes)


def _named(wish: CallbackWish) -> str:
    return f"wish {wish.id} of Case {wish.case_id} (source {wish.source})"


def _run(runtime: Runtime, forgetting: ForgetCaller, caller: SoughtCaller, stored: StoredOfCaller) -> bool:
    fates = forgetting.run(caller, stored)
    emptied = runtime.database.empty_journal()
    for one, fate in fates:
        tell(f"{_called(one)}: {fate.value}.")
    if not emptied:
        tell("The database is busy: its journal holds the old content for a little longer, see docs/privacy.md.")
    _tell_cases(list(entries_of(runtime.ledger, [entry.id for entry in stored.entries])))
    return all(fate is Forgetting.REMOVED for _, fate in fates)


def _called(one: Entry | CallbackWish) -> str:
    return f"{one.id} (event {event_of(one)} of {one.source})" if isinstance(one, Entry) else _named(one)


def _tell_cases(entries: Sequence[Entry]) -> None:
    """What the caller has in the CRM, which is not ours to remove."""
    known = dict.fromkeys(f"Case {one.record_number or ''} ({one.record_id})" for one in entries if one.record_id)
    unsure = [one for one in entries if one.unknown and not one.record_id]
    perhaps = [f"perhaps a Case whose external id is {one.external_id}" for one in unsure]
    if known or perhaps:
        tell("Salesforce still holds what was written there; it is for whoever runs it to remove that:")
    for line in (*known, *perhaps):
        tell(f"  {line}")
