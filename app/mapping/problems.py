"""What is wrong with a configuration, as sentences for an admin with the place in the file."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from app.mapping.codes import Code, Severity

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Spot:
    """A place within a text: the line, from 1, and the word that it is about, or nothing."""

    line: int
    word: str = ""


@dataclass(frozen=True)
class Finding:
    """What is wrong with the value at a path of the document; `spot` is where in it, if it is a longer text."""

    path: Path
    code: Code
    text: str
    spot: Spot | None = None


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

    def __init__(self, code: Code, text: str, path: Path = (), spot: Spot | None = None) -> None:
        super().__init__(text)
        self.findings = [Finding(path, code, text, spot)]


class Gathered:
    """What is wrong with the parts of a value, so that it can be told at once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, code: Code, text: str, *path: Any) -> None:
        """One more; `path` leads from the value to its part."""
        self.findings.append(Finding(path, code, text))

    @contextmanager
    def part(self, *path: Any, code: Code = Code.TEMPLATE_INVALID) -> Iterator[None]:
        """Gathers what is raised within; `code` is for an error that brings none."""
        try:
            yield
        except ValueError as error:
            self.findings += findings_of(error, code, path)

    def tell(self) -> None:
        """Raises `WrongError` with all of them, if there are any."""
        if self.findings:
            wrong = WrongError(self.findings[0].code, self.findings[0].text)
            wrong.findings = self.findings
            raise wrong


def findings_of(error: ValueError, code: Code, path: Path = ()) -> list[Finding]:
    """What an error tells, put under `path`; `code` is for one that brings none."""
    if isinstance(error, WrongError):
        return [replace(finding, path=(*path, *finding.path)) for finding in error.findings]
    return [Finding(path, code, str(error))]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean Subject?`, or nothing when no known name is near."""
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), by_lower, n=1)
    return f"did you mean {by_lower[near[0]]}?" if near else ""


def unknown_key(key: str, known: list[str], instead: Mapping[str, str] = MappingProxyType({})) -> str:
    """A sentence for a key that is not known; `instead` has what people write in the place of one."""
    if not known:
        return f'unknown key "{key}"; this mapper takes no options'
    meant = did_you_mean(instead.get(key.lower(), key), known)
    return f'unknown key "{key}"; {meant + " " if meant else ""}Known: {", ".join(known)}'


def unknown_keys(raw: Iterable[Any], known: list[str], instead: Mapping[str, str] = MappingProxyType({})) -> Gathered:
    """What is to be told of the keys of `raw` that are not known; `instead` as in `unknown_key`."""
    wrong = Gathered()
    for key in raw:
        if key not in known:
            wrong.add(Code.UNKNOWN_KEY, unknown_key(str(key), known, instead), key)
    return wrong


def dotted(path: Path) -> str:
    """`rules[0].fields.Subject`."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")
