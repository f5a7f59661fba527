"""`ringback map`: what the rules make of payloads, and what a change of the rules changes."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from app.cli.compared import compared_as_json, tell_compared
from app.cli.ledger_options import TimeParam, When
from app.cli.mapped import tell_trial
from app.cli.mapped_json import trial_as_json
from app.cli.opened import StopError, log_to_stderr, stopping
from app.cli.payload_files import payloads_in
from app.cli.reading import reading
from app.domain.errors import CrmError
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.settings import config_path, load_settings
from app.trial.changes import compare
from app.trial.org import Foreseen
from app.trial.payload import Payload, Trial, try_rules, usual_source
from app.trial.recent import last_payloads
from app.wiring import build_org_trial


@click.command("map")
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="The last N callbacks of the ledger.")
@click.option("--rules", type=click.Path(path_type=Path), help="The configuration to try, if not the service's.")
@click.option("--diff", type=click.Path(path_type=Path), metavar="OLD.yaml", help="Show only what changed since OLD.")
@click.option("--crm", is_flag=True, help="Ask the org what it would make of the records; nothing is written.")
@click.option("--source", help="The source of the payloads in FILE.")
@click.option("--at", type=TimeParam(), help="When they came, if not at the end of their calls: 2026-11-21T10:00, 2h.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def map_payloads(
    files: tuple[str, ...],
    last: int | None,
    rules: Path | None,
    diff: Path | None,
    crm: bool,
    source: str | None,
    at: When | None,
    as_json: bool,
) -> None:
    """Show the record that the rules make of each FILE, and why: nothing is stored or sent.

    FILE holds what jtel sends, in any of its forms; a folder stands for all files in it, `-` for standard input. What
    is shown is personal data. Exit status: 0 all is well (with --diff: nothing changes); 1 a payload is refused or a
    template fails, with --crm also: something would be dropped, with --diff: something changes; 2 nothing was tried.
    """
    if bool(files) == bool(last):
        raise StopError("Name files, or say --last N for callbacks of the ledger; one of both.")
    if diff and crm:
        raise StopError("--diff compares the rules alone: say --crm without it.")
    with stopping():
        config = load_config(rules or config_path(), os.environ)
        older = load_config(diff, os.environ) if diff else None
    now = datetime.now(UTC)
    payloads = _recent(last) if last else _in_files(files, config, source, at, now)
    trials = [try_rules(payload, config, now) for payload in payloads]
    if older is None:
        sys.exit(_show(trials, crm=crm, as_json=as_json))
    sys.exit(_show_changes([try_rules(payload, older, now) for payload in payloads], trials, as_json=as_json))


def _in_files(
    files: Sequence[str], config: Config, source: str | None, at: When | None, now: datetime
) -> list[Payload]:
    if source is not None and source not in config.sources:
        raise StopError(f"There is no source {source}; the configuration has {', '.join(config.sources)}.")
    zone = config.sources[source or usual_source(config)].zone
    received_at = datetime.fromtimestamp(at(now.timestamp(), zone), UTC) if at else None
    return payloads_in(files, source, received_at)


def _recent(count: int) -> list[Payload]:
    with reading() as read:
        return list(last_payloads(read.ledger, count))


def _show(trials: Sequence[Trial], *, crm: bool, as_json: bool) -> int:
    foreseen: Sequence[Foreseen | None] = _foresee(trials) if crm else [None] * len(trials)
    pairs = list(zip(trials, foreseen, strict=True))
    if as_json:
        click.echo(json.dumps([trial_as_json(*pair) for pair in pairs], indent=2, ensure_ascii=False))
    else:
        for pair in pairs:
            click.echo("\n".join([*tell_trial(*pair), ""]))
    return 1 if any(trial.loses or (one and one.loses) for trial, one in pairs) else 0


def _foresee(trials: Sequence[Trial]) -> list[Foreseen | None]:
    with stopping():
        settings = load_settings()
    log_to_stderr()
    try:
        return build_org_trial(settings.salesforce).run(trials)
    except CrmError as error:
        raise StopError(f"The org could not be asked: {error.message}") from error


def _show_changes(before: Sequence[Trial], after: Sequence[Trial], *, as_json: bool) -> int:
    compared = [compare(old, new) for old, new in zip(before, after, strict=True)]
    if as_json:
        click.echo(json.dumps(compared_as_json(compared), indent=2, ensure_ascii=False))
    else:
        for line in tell_compared(compared):
            click.echo(line)
    return 1 if any(one.changes or one.new.error for one in compared) else 0
