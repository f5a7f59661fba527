"""`ringback reconcile`: what jtel has and the ledger has not."""

import json
import sys
from collections.abc import Iterator

import click

from app.cli.ledger_options import TimeParam, When
from app.cli.opened import StopError, opened, stopping
from app.cli.reconciled import told
from app.cli.tell import tell
from app.domain.errors import ConfigError, RingbackError
from app.domain.reasons import Reason
from app.domain.source import ReconcileOptions, Source
from app.jtel.client import JtelClient
from app.ledger.database import LedgerError
from app.operations.reconcile.compare import EventComparison
from app.operations.reconcile.report import ReconcileReport
from app.settings import load_jtel
from app.wiring import Runtime

_NOT_CONFIGURED = (
    "No source says in the configuration which ACD groups are reconciled. Write `reconcile: {groups: [235]}` into a "
    "source, or name groups here: --source default --group 235."
)


@click.command()
@click.option("--source", "names", multiple=True, help="Only this source.")
@click.option("--group", "groups", multiple=True, type=int, help="These ACD groups, whatever the configuration says.")
@click.option("--since", type=TimeParam(), help="Only what was made since: 2h, 2026-11-21T10:00 (source's zone).")
@click.option("--yes", is_flag=True, help="Take them in.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each source.")
def reconcile(names: tuple[str, ...], groups: tuple[int, ...], since: When | None, yes: bool, as_json: bool) -> None:
    """Show which callbacks jtel has that never came here, and with --yes take them in.

    It also shows what was left out and why, and what is here and jtel has no more. Nothing is taken in that is older
    than the source's first callback here. The service does the same by itself where a source has `reconcile`. Exit
    status: 0 all was compared, 1 jtel or the database broke off, 2 nothing was done.
    """
    with opened() as runtime:
        wanted = list(_wanted(runtime, names, frozenset(groups)))
        # What is missing for the last of them is told before anything is taken in.
        clients = [_client(source) for source, _ in wanted]
        complete = True
        for (source, options), client in zip(wanted, clients, strict=True):
            begin = since(runtime.ledger.now(), source.zone) if since else None
            comparison = runtime.reconcile().begin(source, options, since=begin, only_show=not yes)
            error = _run(comparison, client)
            _tell(comparison.report, error, as_json=as_json)
            complete = complete and error is None
    sys.exit(0 if complete else 1)


def _wanted(
    runtime: Runtime, names: tuple[str, ...], groups: frozenset[int]
) -> Iterator[tuple[Source, ReconcileOptions]]:
    sources = runtime.config.sources
    unknown = [name for name in names if name not in sources]
    if unknown:
        raise StopError(f'There is no source "{unknown[0]}". Known: {", ".join(sources)}.')
    found = False
    for source in [sources[name] for name in names] or list(sources.values()):
        known = source.reconcile
        options = ReconcileOptions(groups, known.every, known.grace, known.cap) if known and groups else known
        if options is None and groups and (names or len(sources) == 1):
            options = ReconcileOptions(groups)
        if options is not None:
            found = True
            yield source, options
    if not found:
        raise StopError(_NOT_CONFIGURED)


def _run(comparison: EventComparison, client: JtelClient) -> RingbackError | None:
    """What has kept it from comparing all, if so."""
    try:
        comparison.run(client.events())
        comparison.look_back()
    except RingbackError as error:
        return error
    except LedgerError as error:
        # Some may have been taken in by now.
        return RingbackError(Reason.LEDGER_UNAVAILABLE, f"The database cannot be used ({error}). Is it running?")
    return None


def _client(source: Source) -> JtelClient:
    with stopping():
        access = load_jtel([source.name]).get(source.name)
        if access is None:
            raise ConfigError([f'There are no settings JTEL_… for source "{source.name}", so jtel cannot be asked.'])
    return JtelClient(access)


def _tell(report: ReconcileReport, error: RingbackError | None, *, as_json: bool) -> None:
    if as_json:
        failed = {"reason": error.reason.word, "message": error.message} if error else {"reason": None, "message": None}
        click.echo(json.dumps({**report.described(), **failed}))
        return
    for line in told(report):
        tell(line)
    if error is not None:
        tell(f"Not all was compared: {error.message}", err=True)
