"""`ringback forget`: remove what is stored of a caller."""

import sys
from collections import Counter
from collections.abc import Sequence

import click

from app.cli.chosen import hashes_of
from app.cli.ledger_options import sources_of
from app.cli.opened import StopError, confirm, opened
from app.cli.table import event_of, table
from app.cli.tell import progress, tell
from app.domain.callback_wish import CallbackWish
from app.domain.entry import Entry
from app.domain.numbers import normalize, spellings
from app.ledger.removal import count_payloads
from app.ledger.served_removal import calls_of
from app.operations.discard import Discard
from app.operations.find import Choice, entries_of, find_mentions
from app.operations.forget import Forget, Forgetting
from app.operations.turns import in_turns
from app.operations.way_back.keeping import forget_wish, plan_forgetting, wishes_of_caller
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
        entries, wishes = _find(runtime, sources, number)
        wanted = calls_of(hashes_of(runtime, sources, number), sources)
        calls = wanted.count_rows(runtime.database)
        if not (entries or wishes or calls):
            tell("Nothing is stored of this number. What is older may be in Salesforce.")
            return
        forgetting = Forget(
            runtime.ledger, Discard(runtime.config, runtime.attempts("discard")) if also_waiting else None
        )
        now = runtime.ledger.now()
        for line in table(entries, now) if entries else ():
            tell(line)
        for wish in wishes:
            tell(_named(wish))
        planned = Counter(forgetting.plan(entry, now) for entry in entries)
        planned.update(plan_forgetting(wish, now, discard=also_waiting) for wish in wishes)
        for fate, count in planned.items():
            tell(f"{count:7}  {fate.value}" if fate is not Forgetting.REMOVED else f"{count:7}  to be removed")
        if calls:
            tell(f"{calls:7}  calls of the caller to be removed")
        if planned[Forgetting.REMOVED] or calls:
            confirm("Remove what is stored of these?", yes=yes)
        in_turns(lambda: wanted.run(runtime.database), lambda _: None)
        fates = [(wish, forget_wish(runtime.wishes(), wish, discard=also_waiting)) for wish in wishes]
        done = _run(runtime, forgetting, entries) and all(fate is Forgetting.REMOVED for _, fate in fates)
        for wish, fate in fates:
            tell(f"{_named(wish)}: {fate.value}.")
    sys.exit(0 if done else 1)


def _find(runtime: Runtime, sources: Sequence[str], number: str) -> tuple[list[Entry], list[CallbackWish]]:
    regions = sorted({source.region for source in sources_of(runtime.sources, sources)})
    if not any(normalize(number, region) for region in regions):
        raise StopError(f'"{number}" is no telephone number.')
    written = [spelling for region in regions if (spelling := spellings(number, region)) is not None]
    hashes = hashes_of(runtime, sources, number)
    choice = Choice(sources=sources, numbers=hashes)
    total = count_payloads(runtime.database) if written else 0
    with progress(total) as bar:
        ids = find_mentions(runtime.ledger, choice, written, bar.update)
    wishes = wishes_of_caller(runtime.wishes(), sources, hashes, written)
    return list(entries_of(runtime.ledger, ids)), wishes


def _named(wish: CallbackWish) -> str:
    return f"wish {wish.id} of Case {wish.case_id} (source {wish.source})"


def _run(runtime: Runtime, forgetting: Forget, entries: Sequence[Entry]) -> bool:
    fates = [(entry, forgetting.run(entry)) for entry in entries]
    emptied = runtime.database.empty_journal()
    for entry, fate in fates:
        tell(f"{entry.id} (event {event_of(entry)} of {entry.source}): {fate.value}.")
    if not emptied:
        tell("The database is busy: its journal holds the old content for a little longer, see docs/privacy.md.")
    _tell_cases(list(entries_of(runtime.ledger, [entry.id for entry in entries])))
    return all(fate is Forgetting.REMOVED for _, fate in fates)


def _tell_cases(entries: Sequence[Entry]) -> None:
    """What the caller has in the CRM, which is not ours to remove."""
    known = dict.fromkeys(
        " ".join(filter(None, [one.record_object, one.record_number, f"({one.record_id})"]))
        for one in entries
        if one.record_id
    )
    unsure = [one for one in entries if one.unknown and not one.record_id]
    perhaps = [f"perhaps a {one.record_object} whose external id is {one.external_id}" for one in unsure]
    if known or perhaps:
        tell("Salesforce still holds what was written there; it is for whoever runs it to remove that:")
    for line in (*known, *perhaps):
        tell(f"  {line}")
