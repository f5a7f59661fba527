"""`ringback purge`: remove what has been kept long enough."""

import click

from app.cli.opened import confirm, opened
from app.cli.tell import progress, tell
from app.operations.purge import Keep, Removed


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(yes: bool) -> None:
    """Remove what has been kept long enough: what jtel sent, and in the end the whole entry.

    First says how much that is, and asks. The service does the same by itself every hour. RINGBACK_KEEP_DAYS and its
    like say how long is long enough; what waits is never removed.
    """
    with opened() as runtime:
        purging = runtime.purge()
        planned = purging.plan()
        _announce(planned, purging.keep)
        if not planned.total:
            return
        confirm("Remove it?", yes=yes)
        with progress(planned.total) as bar:
            removed = purging.run(bar.update)
    others = ((removed.wishes, "wishes"), (removed.calls, "served calls"), (removed.deeds, "deeds of the audit"))
    more = "".join(f", {count} {what}" for count, what in others if count)
    tell(f"Removed: {removed.payloads.total()} payloads, {removed.entries} entries{more}.")


def _announce(planned: Removed, keep: Keep) -> None:
    if not planned.total:
        tell("There is nothing to remove.")
    for state, count in planned.payloads.items():
        tell(f"{count:7}  payloads of what is {state.value}")
    if planned.wishes:
        tell(f"{planned.wishes:7}  wishes of Salesforce, or what they asked for")
    if planned.entries:
        tell(f"{planned.entries:7}  whole entries, older than {keep.skeleton:g} days")
    if planned.calls:
        tell(f"{planned.calls:7}  calls of callers who were served")
    if planned.deeds:
        tell(f"{planned.deeds:7}  lines of the console's audit")
