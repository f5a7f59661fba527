"""A YAML document: its values, and where each of them stands, also those that an anchor or a merge brought in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.mapping.environment import EnvText
from app.mapping.problems import Finding, Path, Problem, dotted
from app.mapping.spots import spot_in

# The shortest value of a variable that is masked within a word.
_LONG = 4


@dataclass
class Node:
    """A value with its place (from 1) and its text as written.

    `children` are the values in it by key or index; `keys` the places of a mapping's keys; `plain` says whether it
    stands without quotes, `behind` what follows it in its line. `size` is how many values it is and `depth` how deep
    they nest, `broken` says that a problem with it has been told.
    """

    value: Any
    line: int
    column: int
    written: str
    plain: bool = False
    behind: str = ""
    broken: bool = False
    size: int = 1
    depth: int = 1
    children: dict[Any, "Node"] = field(default_factory=dict)
    keys: dict[Any, "Node"] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """What stands in the file called `file`."""

    file: str
    root: Node

    @property
    def data(self) -> Any:
        """The values alone."""
        return self.root.value

    def at(self, path: Path) -> Node | None:
        """The value at `path`."""
        node: Node | None = self.root
        for step in path:
            node = node.children.get(step) if node else None
        return node

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column of what is at `path` (of its key, if it has one), or of the nearest thing around it."""
        found, node = (1, 1), self.root
        for step in path:
            inner = node.children.get(step)
            if inner is None:
                break
            place = node.keys.get(step, inner)
            found, node = (place.line, place.column), inner
        return found

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with their places, but for what is wrong because the YAML of it is broken."""
        sound = [one for one in findings if not ((node := self.at(one.path)) and node.broken)]
        return [self.problem(finding) for finding in sound]

    def problem(self, finding: Finding) -> Problem:
        """The finding with its place. No value out of the environment is in its text."""
        line, column = self._place(finding)
        text = finding.text
        for name, value in sorted(self._environment(finding.path), key=lambda pair: -len(pair[1])):
            text = _masked(text, value, f"${{{name}}}")
        return Problem(self.file, line, column, dotted(finding.path), finding.code, text)

    def _place(self, finding: Finding) -> tuple[int, int]:
        node = self.at(finding.path)
        within = spot_in(node, finding.spot) if node and finding.spot else None
        return within or self.position(finding.path)

    def _environment(self, path: Path) -> set[tuple[str, str]]:
        node = self.at(path)
        return set(_variables(node.value)) if node else set()


def _variables(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, EnvText):
        yield from value.values.items()
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _variables(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _variables(inner)


def _masked(text: str, value: str, name: str) -> str:
    if len(value) >= _LONG:
        return text.replace(value, name)
    return text.replace(f'"{value}"', f'"{name}"')
