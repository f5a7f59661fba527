"""`ringback test-rules`: whether the rules make of the fixtures what is wanted."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from app.cli.checked import counted
from app.cli.compared import tell_changes
from app.cli.opened import StopError, stopping
from app.mapping.config import load_config
from app.settings import config_path
from app.trial.fixture_files import fixtures_in, folder_of, rules_without
from app.trial.fixtures import Judged, Verdict, judge

FOLDER = "fixtures"


@click.command("test-rules")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--accept", is_flag=True, help="Write what the rules make as what is wanted, where it is another.")
def test_rules(file: Path | None, accept: bool) -> None:
    """Compare what the rules in FILE make of the fixtures with what is wanted of them.

    Fixtures lie in the folder `fixtures` beside FILE: RULE/NAME.in.json (or .in.form, .in.query) is what jtel sends,
    RULE/NAME.out.json the record that the rule has to make of it. Without FILE: the file that RINGBACK_CONFIG names,
    else config/ringback.yaml. Exit status: 0 all are as wanted, 1 not all are, 2 nothing was tested.
    """
    path = file or config_path()
    folder = path.parent / FOLDER
    with stopping():
        config = load_config(path, os.environ)
    if not folder.is_dir():
        raise StopError(f"There are no fixtures: put what jtel sends into {folder}/RULE/NAME.in.json.")
    try:
        fixtures = list(fixtures_in(folder, config))
        judged = [judge(one, config) for one in fixtures]
        accepted = [one for one in judged if accept and one.accept()]
    except OSError as error:
        raise StopError(f"{error.filename}: {error.strerror}.") from error
    _tell(judged, accepted, accept=accept)
    for rule in rules_without(fixtures, config):
        click.echo(f"note: no fixture shows the rule {rule}; {folder}/{folder_of(rule)}/ would hold them.")
    sys.exit(0 if all(one.verdict is Verdict.SAME or one in accepted for one in judged) else 1)


def _tell(judged: Sequence[Judged], accepted: Sequence[Judged], *, accept: bool) -> None:
    for one in judged:
        if one.verdict is Verdict.SAME:
            continue
        said = one.said or "the rules make another record (+) than is wanted (-)"
        hint = "; --accept writes it" if one.verdict is Verdict.NEW and not accept else ""
        click.echo(f"{one.fixture.file}: {said}{hint}.")
        for line in tell_changes(one.changes):
            click.echo(line)
        if one in accepted:
            click.echo(f"  {one.fixture.wanted.name} is written.")
    counts = Counter(one.verdict for one in judged)
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict])
    click.echo(f"{counted(len(judged), 'fixture')}{f': {told}' if told else ''}.")
