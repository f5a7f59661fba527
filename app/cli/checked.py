"""What `ringback check` has found, for people and for other programs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from app.checking.codes import Level
from app.checking.findings import OrgFinding, Report
from app.mapping.codes import Severity
from app.mapping.problems import Problem
from app.mapping.rules import Config


def as_objects(problems: Sequence[Problem], report: Report | None) -> list[Mapping[str, Any]]:
    """For other programs; the keys are always all there and are never renamed."""
    described = [_described(problem) for problem in problems]
    return [*described, *(finding.described() for finding in (report.findings if report else ()))]


def _described(problem: Problem) -> Mapping[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "where": problem.where,
        "code": problem.code.word,
        "severity": problem.severity.value,
        "message": problem.text,
        "fix": "",
        "rules": [],
        "field": None,
    }


def tell_file(path: Path, config: Config | None, problems: Sequence[Problem]) -> None:
    """The problems of the file, one a line, and what they come to."""
    for problem in problems:
        warning = "warning " if problem.severity is Severity.WARNING else ""
        click.echo(f"{problem} [{warning}{problem.code.word}]")
    if config is not None:
        size = f"{counted(len(config.rules), 'rule')} for {counted(len(config.sources), 'source')}"
        click.echo(f"{path}: {size}, ready to start with.")
    else:
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        click.echo(f"{path}: {counted(errors, 'error')}. Ringback does not start with it.")


def tell_org(report: Report | None, *, asked: bool) -> None:
    """What is well in the org, and what is not."""
    if report is None:
        if asked:
            click.echo("The org was not looked at: mend the file first.")
        return
    click.echo(f"\n{report.org}, looked at with {counted(report.calls, 'API call')}:")
    for section in report.sections:
        if section.ok and section.said:
            click.echo(f"  ok  {section.said}")
    for finding in report.findings:
        _tell(finding)
    errors, warnings = len(report.at(Level.ERROR)), len(report.at(Level.WARNING))
    unchecked = len(report.at(Level.UNCHECKED))
    click.echo(f"\n{counted(errors, 'error')}, {counted(warnings, 'warning')}, {unchecked} not checked.")


def counted(number: int, what: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _tell(finding: OrgFinding) -> None:
    place = f"{finding.place} " if finding.place else ""
    whose = f" (rule {', '.join(finding.rules)})" if finding.rules else ""
    if finding.level is Level.UNCHECKED:
        click.echo(f"\n{place}not checked: {finding.message}{whose} [{finding.code.word}]")
        return
    warning = "warning " if finding.level is Level.WARNING else ""
    click.echo(f"\n{place}{finding.message}{whose} [{warning}{finding.code.word}]")
    if finding.fix:
        click.echo(f"    {finding.fix}")
