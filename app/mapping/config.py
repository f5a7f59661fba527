"""Loads `config/ringback.yaml`, and tells all that is wrong with it at once."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from app.domain.errors import ConfigError
from app.mapping.build import build_config
from app.mapping.checks import check_rules, check_sources
from app.mapping.codes import Severity
from app.mapping.messages import flatten
from app.mapping.outside import closed
from app.mapping.problems import Finding, Problem, WrongError
from app.mapping.review.review import review
from app.mapping.rules import Config
from app.mapping.schema import ConfigSchema
from app.mapping.unquoted import check_unquoted
from app.mapping.yaml_file import UnreadableError, parse

Environment = Mapping[str, str]
EMPTY: Environment = MappingProxyType({})
# What is pasted is called so.
PASTED = Path("pasted.yaml")


def load_config(path: Path, environment: Environment = EMPTY) -> Config:
    """The configuration in the file at `path`; `environment` is what `${NAME}` may name.

    Raises `ConfigError` with one line for each error: `file:line:column where: what is wrong and what is wanted`.
    """
    config, problems = _read(path, environment, thorough=False)
    if config is None:
        raise ConfigError([str(problem) for problem in problems if problem.severity is Severity.ERROR])
    return config


def find_problems(path: Path, environment: Environment = EMPTY) -> list[Problem]:
    """Errors and warnings of the file at `path`, in the order of its lines."""
    return read_config(path, environment)[1]


def read_config(path: Path, environment: Environment = EMPTY) -> tuple[Config | None, list[Problem]]:
    """The configuration, or nothing if it has errors; and all its problems in the order of the lines."""
    return _read(path, environment, thorough=True)


def read_pasted(text: str) -> tuple[Config | None, list[Problem]]:
    """The same of a text that somebody has pasted, without warnings. It knows no variables, files or new modules."""
    with closed():
        return _read(PASTED, EMPTY, thorough=False, text=text)


def _read(
    path: Path, environment: Environment, *, thorough: bool, text: str | None = None
) -> tuple[Config | None, list[Problem]]:
    """As `read_config`; what is only told, and stops nothing, takes time that a start does not have."""
    try:
        document, problems = parse(path, environment, text)
    except UnreadableError as error:
        return None, [error.problem]
    loaded, findings = _check_shape(document.data)
    findings += [*check_sources(loaded), *check_rules(loaded, document), *check_unquoted(document)]
    if thorough:
        findings += review(loaded, document)
    problems = _sorted([*problems, *document.problems(findings)])
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    try:
        return build_config(loaded, document), problems
    except WrongError as error:
        return None, _sorted([*problems, *document.problems(error.findings)])


def _check_shape(data: Any) -> tuple[dict[str, Any], list[Finding]]:
    try:
        return ConfigSchema().load(data), []
    except ValidationError as error:
        # What is right so far is checked further, so that all problems are told at once.
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return valid, list(flatten(error.messages, data))


def _sorted(problems: list[Problem]) -> list[Problem]:
    # What an anchor brings to several places is told once.
    once = {(problem.line, problem.column, problem.text): problem for problem in reversed(problems)}
    return sorted(once.values(), key=lambda problem: (problem.line or 0, problem.column or 0, problem.where))
