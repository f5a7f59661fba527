"""Reads a YAML file, and says in an admin's words where it is none."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from app.domain.errors import ConfigError

_QUOTES = "A text that begins with { or holds `: ` needs quotes around it"
# What YAML says of the two commonest mistakes.
_UNQUOTED = ("mapping values are not allowed here", "expected <block end>, but found '<scalar>'")


def parse(path: Path) -> Any:
    """The mapping in the file, with the lines of its values. Raises `ConfigError` with `file:line:column`."""
    document = _load(path, _read(path))
    if not isinstance(document, dict):
        raise ConfigError([f"{path}:1:1 wanted is a mapping with the key `rules`"])
    return document


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(raw[: error.start].decode("latin-1"))
        raise ConfigError(
            [f"{path}:{line}:{column} this is no UTF-8: save the file with the encoding UTF-8"]
        ) from error


def _load(path: Path, text: str) -> Any:
    try:
        return YAML().load(text)
    except ReaderError as error:
        line, column = _place(text[: error.position])
        said = f"the control character #x{error.character:04x} cannot stand here"
        raise ConfigError([f"{path}:{line}:{column} this is no valid YAML: {said}"]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigError([f"{where} this is no valid YAML: {_words(error)}"]) from error
    except (YAMLError, ValueError) as error:
        raise ConfigError([f"{path}: this is no valid YAML: {' '.join(str(error).split())}"]) from error


def _words(error: MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem).split())
    if problem.startswith("but "):
        return f"{error.context} {problem}"
    return f"{problem}. {_QUOTES}" if problem in _UNQUOTED else problem


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
