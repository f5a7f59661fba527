"""What is wrong with a configuration, as sentences for an admin with the place in the file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from app.mapping.codes import Code, Severity

Path = tuple[str | int, ...]

# marshmallow's stock texts say what is wrong, but not what would be right.
UNKNOWN = "Unknown field."
_BETTER = {
    "Field may not be null.": (Code.VALUE_MISSING, "has no value: give it one, or take the line out"),
    "Missing data for required field.": (Code.KEY_MISSING, "is missing"),
    "Not a valid boolean.": (Code.WRONG_TYPE, "wanted is true or false"),
    "Not a valid integer.": (Code.WRONG_TYPE, "wanted is a whole number"),
    "Not a valid number.": (Code.WRONG_TYPE, "wanted is a number"),
    "Not a valid string.": (Code.WRONG_TYPE, "wanted is a text"),
    "Not a valid list.": (Code.WRONG_TYPE, "wanted is a list, `[one, two]`"),
    "Not a valid mapping type.": (Code.WRONG_TYPE, "wanted is a mapping, `key: value`"),
    "Invalid input type.": (Code.WRONG_TYPE, "wanted is a mapping, `key: value`"),
    "Invalid type.": (Code.WRONG_TYPE, "wanted is a list, `[one, two]`"),
}


@dataclass(frozen=True)
class Finding:
    """What is wrong with the value at a path of the document."""

    path: Path
    code: Code
    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: line and column from 1, `where` such as `rules[0].fields.Subject`."""

    file: str
    line: int | None
    column: int | None
    where: str
    code: Code
    text: str

    @property
    def severity(self) -> Severity:
        """Whether it stops the start."""
        return self.code.severity

    def __str__(self) -> str:
        """`config/ringback.yaml:12:5 rules[0].fields.Subject: what is wrong and what is wanted`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"
        if self.where:
            return f"{place} {self.where}: {self.text}"
        return f"{place}: {self.text}" if self.line is None else f"{place} {self.text}"


class WrongError(ValueError):
    """A value that cannot be what it stands for: what is wrong with it, told by paths from the value on."""

    def __init__(self, code: Code, text: str, path: Path = ()) -> None:
        super().__init__(text)
        self.findings = [Finding(path, code, text)]

    @classmethod
    def of(cls, findings: list[Finding]) -> "WrongError":
        """Several at once."""
        wrong = cls(findings[0].code, findings[0].text)
        wrong.findings = findings
        return wrong


class Said(str):
    """A message on its way through marshmallow, with what marshmallow does not know of."""

    __slots__ = ("code", "path")

    code: Code
    path: Path

    def __new__(cls, text: str, code: Code, path: Path = ()) -> "Said":
        """The text itself is the message."""
        said = super().__new__(cls, text)
        said.code = code
        said.path = path
        return said


def findings_of(error: ValueError, code: Code, path: Path = ()) -> list[Finding]:
    """What an error tells, put under `path`; `code` is for one that brings none."""
    if isinstance(error, WrongError):
        return [Finding((*path, *finding.path), finding.code, finding.text) for finding in error.findings]
    return [Finding(path, code, str(error))]


def flatten(messages: Any, document: Any = None, path: Path = (), code: Code = Code.INVALID_VALUE) -> Iterator[Finding]:
    """marshmallow's nested messages as findings; `document` is what they are about, `code` for foreign messages."""
    if isinstance(messages, Mapping):
        for step, inner in messages.items():
            within = _within(document, step)
            # What marshmallow says of a mapping's key or value stands one level too deep.
            if step == "_schema" or (step in ("key", "value") and within is None):
                yield from flatten(inner, document, path, code)
            else:
                yield from flatten(inner, within, (*path, step), code)
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield _finding(message, path, code)


def _finding(message: Any, path: Path, code: Code) -> Finding:
    if isinstance(message, Said):
        return Finding((*path, *message.path), message.code, str(message))
    better = _BETTER.get(str(message), (code, str(message)))
    return Finding(path, *better)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean Subject?`, or nothing when no known name is near."""
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), by_lower, n=1)
    return f"did you mean {by_lower[near[0]]}?" if near else ""


def unknown_key(key: str, known: list[str]) -> str:
    """A sentence for a key that is not known."""
    if not known:
        return f'unknown key "{key}"; this mapper takes no options'
    meant = did_you_mean(key, known)
    return f'unknown key "{key}"; {meant + " " if meant else ""}Known: {", ".join(known)}'


def unknown_field(name: str, known: Iterable[str]) -> str:
    """A sentence for a field that jtel does not document."""
    meant = did_you_mean(name, known)
    listed = ", ".join(known)
    return f"unknown field {name}; {meant} Known: {listed}" if meant else f"unknown field {name}; known: {listed}"


def dotted(path: Path) -> str:
    """`rules[0].fields.Subject`."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def _within(document: Any, step: Any) -> Any:
    try:
        return document[step]
    except (KeyError, IndexError, TypeError):
        return None
