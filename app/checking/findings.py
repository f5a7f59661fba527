"""What a look at the org found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.checking.codes import Level, OrgCode

# What is wrong, before it is known of which field and rules: the code, the sentence, and who mends it and where.
Flaw = tuple[OrgCode, str, str]


@dataclass(frozen=True)
class Place:
    """Where in the configuration something stands; line and column from 1."""

    file: str
    line: int
    column: int
    where: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class OrgFinding:
    """What is missing or wrong, and in `fix` who mends it and where. `rules` are those that meet it; none means all."""

    code: OrgCode
    message: str
    fix: str = ""
    field: str | None = None
    rules: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.code.level

    def described(self) -> Mapping[str, Any]:
        """For other programs; the keys are always all there and are never renamed."""
        place = vars(self.place) if self.place else dict.fromkeys(("file", "line", "column", "where"))
        return {
            **place,
            "code": self.code.word,
            "severity": self.level.value,
            "message": self.message,
            "fix": self.fix,
            "rules": list(self.rules),
            "field": self.field,
        }


@dataclass(frozen=True)
class Section:
    """One thing that was looked at: `said` tells what, if all is well; `findings` are what is wrong with it."""

    said: str
    findings: Sequence[OrgFinding] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; what is unchecked is neither right nor wrong."""
        return all(one.level is Level.UNCHECKED for one in self.findings)


@dataclass(frozen=True)
class Report:
    """All that was found, in the order in which it was looked at. `org` is whom we talked to, `calls` the API calls."""

    org: str
    sections: Sequence[Section]
    calls: int = 0

    @property
    def findings(self) -> Sequence[OrgFinding]:
        """All findings, the errors first."""
        found = [one for section in self.sections for one in section.findings]
        return sorted(found, key=lambda one: list(Level).index(one.level))

    def at(self, level: Level) -> Sequence[OrgFinding]:
        """The findings of this level."""
        return [one for one in self.findings if one.level is level]
