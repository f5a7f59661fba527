"""`ringback replay`: attempt callbacks now."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import click

from app.cli.chosen import Options, choice_of
from app.cli.ledger_options import When, choosing
from app.cli.opened import StopError, confirm, entries_named, opened
from app.cli.tell import progress, tell
from app.domain.asked import AskedFor
from app.domain.entry import State
from app.ledger.pauses import ORG
from app.ledger.repairs import RepairDeed
from app.operations.fates import Replayed, ReplayFate
from app.operations.paging import ids_of
from app.operations.plan import Plan, plan
from app.operations.replay import Replay
from app.wiring import Runtime

# So many are told one by one; `ringback list` tells the others.
MOST_TOLD = 20


@click.command()
@click.argument("names", nargs=-1, metavar="[ID]…")
@choosing
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, the oldest first.")
@click.option("--note", help="Why: kept with each callback. Write nothing about callers.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def replay(
    names: tuple[str, ...],
    states: tuple[str, ...],
    sources: tuple[str, ...],
    reasons: tuple[str, ...],
    rules: tuple[str, ...],
    since: When | None,
    older_than: When | None,
    limit: int | None,
    note: str | None,
    yes: bool,
) -> None:
    """Attempt callbacks now: those named by ID, or those that the options choose.

    First says what would be attempted, and asks. No callback gets two Cases. ID is an entry's id, or SOURCE/EVENT, or
    an event id. Discarded callbacks are attempted only when named. Exit status 1: not all were delivered.
    """
    options = Options(states, sources, reasons, rules, since, older_than)
    _check(names, options)
    with opened() as runtime:
        if names:
            ids: Sequence[int] = [one.id for one in entries_named(runtime.ledger, names)][:limit]
        else:
            choice = replace(choice_of(runtime, options), with_payload=True)
            ids = ids_of(runtime.ledger, choice, limit)
        planned = plan(runtime.ledger, ids, RepairDeed.REPLAY, named=bool(names))
        _announce(runtime, planned)
        if planned.ids:
            confirm("Attempt them now?", yes=yes)
        results = _run(runtime, planned.ids, AskedFor(note=note), named=bool(names))
    _summarize(results)
    done = all(one.delivered for one in results) and set(planned.skipped) <= {ReplayFate.ALREADY_DELIVERED}
    sys.exit(0 if done else 1)


def _check(names: Sequence[str], options: Options) -> None:
    if bool(names) == options.given:
        raise StopError("Name callbacks by ID, or choose them with --state, --reason, --source, --since; one of both.")
    for state in (State.DELIVERED, State.DISCARDED):
        if state.value in options.states:
            raise StopError(f"What is {state.value} is not replayed; a discarded callback may be named by its ID.")


def _announce(runtime: Runtime, planned: Plan) -> None:
    if not planned.ids and not planned.skipped:
        tell("There is nothing to replay.")
    for (state, reason), count in sorted(planned.chosen.items(), key=lambda item: -item[1]):
        tell(f"{count:7}  {state.value}{f' because of {reason}' if reason else ''}")
    for fate, count in planned.skipped.items():
        tell(f"{count:7}  {fate.value}")
    pause = runtime.pauses.all().get(ORG)
    if pause is not None and planned.ids:
        tell(f"Delivery is paused because of {pause.reason}: one is tried first, the others if it goes through.")


def _run(runtime: Runtime, ids: Sequence[int], asked: AskedFor, *, named: bool) -> list[Replayed]:
    # No service need have the same in force.
    runtime.kept_rules.keep()
    replaying = Replay(runtime.config, runtime.attempts_asked_for("replay", asked), named)
    results: list[Replayed] = []
    with progress(len(ids)) as bar:
        for one in replaying.run(ids):
            results.append(one)
            bar.update(1)
    return results


def _summarize(results: Sequence[Replayed]) -> None:
    left = [one for one in results if not one.delivered]
    for one in left[:MOST_TOLD]:
        reason = f" ({one.reason})" if one.reason else ""
        tell(f"{one.id}: {one.fate.value}{reason}.{f' {one.note}' if one.note else ''}")
    if len(left) > MOST_TOLD:
        tell(f"… and {len(left) - MOST_TOLD} more: see ringback list.")
    for fate, count in Counter(one.fate for one in results).most_common():
        tell(f"{count:7}  {fate.value}")
