"""`ringback check`: whether the rules are right, and whether Salesforce will take what they make."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app.checking.findings import Report
from app.checking.rules import read_rules
from app.cli.checked import as_objects, tell_file, tell_org
from app.cli.opened import StopError, stopping
from app.domain.errors import ConfigError, CrmError
from app.domain.source import secret_name
from app.mapping.codes import Code
from app.mapping.config import read_config
from app.mapping.problems import Problem
from app.mapping.rules import Config
from app.settings import config_path, load_settings, read_secrets, require_jtel, short
from app.wiring import build_org_check

_UNREADABLE = (Code.FILE_UNREADABLE,)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--crm", is_flag=True, help="Look at the org, too: are its fields, queues and permissions as the rules want?"
)
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for other programs.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def check(file: Path | None, crm: bool, as_json: bool, strict: bool) -> None:
    """Tell all that is wrong with the rules in FILE, and where.

    Without FILE: the file that RINGBACK_CONFIG names, else config/ringback.yaml. Nothing else is needed, and nothing is
    changed; --crm needs the settings for Salesforce. docs/checks.md explains every problem. Exit status: 0 all is well,
    1 there are errors, 2 it could not be checked.
    """
    path = file or config_path()
    config, problems = read_config(path, os.environ)
    problems += [*_short_secrets(path, config), *_without_jtel(path, config)]
    unreadable = [str(problem) for problem in problems if problem.code in _UNREADABLE]
    if unreadable:
        raise StopError("\n".join(unreadable))
    report = _look(path, config) if crm and config is not None else None
    if as_json:
        click.echo(json.dumps(as_objects(problems, report), indent=2, ensure_ascii=False))
    else:
        tell_file(path, config, problems)
        tell_org(report, asked=crm)
    sys.exit(1 if _count(problems, report, strict=strict) else 0)


def _look(path: Path, config: Config) -> Report:
    with stopping():
        settings = load_settings()
    try:
        return build_org_check(settings).run(read_rules(path, os.environ), config.sources)
    except CrmError as error:
        raise StopError(f"The org could not be looked at: {error.message}") from error


def _short_secrets(path: Path, config: Config | None) -> list[Problem]:
    """Secrets that can be guessed, where this environment has any."""
    with stopping():
        by_source = read_secrets(config.sources if config else ())
    said = {source: short(secrets) for source, secrets in by_source.items()}
    return [
        Problem(str(path), None, None, f"sources.{source}", Code.SECRET_SHORT, f"{secret_name(source)}: {text}")
        for source, text in said.items()
        if text
    ]


def _without_jtel(path: Path, config: Config | None) -> list[Problem]:
    """Sources that ask jtel, where this environment does not say how."""
    try:
        require_jtel(config.sources if config else {})
    except ConfigError as error:
        return [Problem(str(path), None, None, "sources", Code.JTEL_SETTING_MISSING, said) for said in error.problems]
    return []


def _count(problems: Sequence[Problem], report: Report | None, *, strict: bool) -> int:
    levels = {"error", "warning"} if strict else {"error"}
    found = [problem.severity.value for problem in problems]
    found += [finding.level.value for finding in report.findings] if report else []
    return sum(level in levels for level in found)
