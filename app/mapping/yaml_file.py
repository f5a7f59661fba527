"""Reads a YAML file, and says in an admin's words where it is none."""

import re
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.reader import ReaderError

from app.mapping.codes import Code
from app.mapping.document import Document
from app.mapping.patterns import as_pattern
from app.mapping.problems import Finding, Problem
from app.mapping.yaml_mistakes import mistake_in
from app.mapping.yaml_nodes import Reader

_QUOTES = "A text that begins with { or holds `: ` needs quotes around it"
_INDENT = "this line is indented otherwise than those that it belongs to: put them below each other"
_COMMA = "a comma is missing before this key, or a text with a colon needs quotes"
_QUOTED = "while scanning a quoted scalar"
_BRACKETS = {"while parsing a flow mapping": "{", "while parsing a flow sequence": "["}
_VARIABLE = "Within { } and [ ] a ${NAME} needs quotes around it"
# What YAML says of the commonest mistakes, and what an admin understands.
_BETTER = {
    "mapping values are not allowed here": f"mapping values are not allowed here. {_QUOTES}",
    "expected <block end>, but found '<scalar>'": f"expected <block end>, but found '<scalar>'. {_QUOTES}",
    "expected ',' or '}', but got ':'": _COMMA,
    "expected ',' or ']', but got ':'": _COMMA,
    "but found another document": "--- begins a second document: take it out, or put all under one `rules:`",
    "found character '\\t' that cannot start any token": "a tab stands here: indent with blanks",
}


class UnreadableError(Exception):
    """The file holds no YAML that could be looked into."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def parse(
    path: Path, environment: Mapping[str, str], folder: Path | None = None, text: str | None = None
) -> tuple[Document, list[Problem]]:
    """The mapping in the file, and what is wrong with the YAML itself. Raises `UnreadableError`.

    Other files are named from the `folder` on, which is the file's own if none is given. With a `text` nothing is read,
    and `path` is only what it is called.
    """
    text = _read(path) if text is None else text
    root = _compose(path, text)
    reader = Reader(str(path), text, environment, folder or path.parent)
    document = Document(str(path), reader.read(root))
    if not isinstance(document.data, dict):
        said = f"wanted is a mapping with the key `rules`{_above(document)}"
        raise UnreadableError(document.problem(Finding((), Code.WRONG_TYPE, said)))
    return document, reader.problems


def _above(document: Document) -> str:
    return ": write `rules:` above, and indent the list below it" if isinstance(document.data, list) else ""


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableError(_problem(path, None, Code.FILE_UNREADABLE, f"cannot be read: {error}")) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place(raw[: error.start].decode("latin-1"))
        text = "this is no UTF-8: save the file with the encoding UTF-8"
        raise UnreadableError(_problem(path, place, Code.ENCODING_WRONG, text)) from error


def _compose(path: Path, text: str) -> YamlNode | None:
    try:
        composed: YamlNode | None = YAML(typ="safe", pure=True).compose(text)
    except ReaderError as error:
        said = f"the control character #x{error.character:04x} cannot stand here"
        raise _invalid(path, _place(text[: error.position]), said) from error
    except MarkedYAMLError as error:
        noticed = error.problem_mark
        known = mistake_in(text, noticed.line) if noticed and not _is_open(error) else None
        if known:
            line, column, said = known
            raise _invalid(path, (line + 1, column + 1), said) from error
        mark = error.context_mark if error.context == _QUOTED or _is_open(error) else noticed
        raise _invalid(path, (mark.line + 1, mark.column + 1) if mark else None, _words(error, text)) from error
    except (YAMLError, ValueError) as error:
        raise _invalid(path, None, " ".join(str(error).split())) from error
    except RecursionError as error:
        raise _invalid(path, None, "it is nested too deeply") from error
    return composed


def _invalid(path: Path, place: tuple[int, int] | None, said: str) -> UnreadableError:
    return UnreadableError(_problem(path, place, Code.YAML_INVALID, f"this is no valid YAML: {said}"))


def _is_open(error: MarkedYAMLError) -> bool:
    """Whether a bracket of an earlier line is what is wrong; a comma may be missing in one of the same line."""
    began, noticed = error.context_mark, error.problem_mark
    if error.context not in _BRACKETS or began is None or noticed is None:
        return False
    return bool(began.line < noticed.line)


def _words(error: MarkedYAMLError, text: str) -> str:
    problem = " ".join(str(error.problem).split())
    mark = error.problem_mark
    if mark is not None and text[max(mark.index - 1, 0) : mark.index + 1] == "${":
        return f"{problem}. {_VARIABLE}"
    beginning = re.fullmatch("found character '([^\\t\\\\])' that cannot start any token", problem)
    if beginning:
        return f"a text that begins with {beginning[1]} needs quotes around it"
    if _is_open(error):
        noticed = f"(noticed in line {error.problem_mark.line + 1})"
        return f"the {_BRACKETS[error.context]} that begins here is not closed, or a text in it needs quotes {noticed}"
    if problem.startswith("but ") and problem not in _BETTER:
        return f"{error.context} {problem}"
    if error.context == _QUOTED:
        return "the quote that begins here is not closed"
    if problem.startswith("expected <block end>") and problem not in _BETTER:
        return _INDENT
    if error.context in _BRACKETS and problem not in _BETTER:
        return f"{problem}. The {_BRACKETS[error.context]} before it is not closed, or a text in it needs quotes"
    alias = re.fullmatch(r"found undefined alias '(.+)'", problem)
    return _no_anchor(alias[1]) if alias else _BETTER.get(problem, problem)


def _no_anchor(name: str) -> str:
    said = f'there is no anchor &{name} above; where a text is meant write "*{name}"'
    return f'{said}, for a part of a value {{matches: "{as_pattern(f"*{name}")}"}}' if "*" in name else said


def _problem(path: Path, place: tuple[int, int] | None, code: Code, text: str) -> Problem:
    line, column = place or (None, None)
    return Problem(str(path), line, column, "", code, text)


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
