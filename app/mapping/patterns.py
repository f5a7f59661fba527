"""Patterns of `matches`, by RE2: it takes time in proportion to the text, whatever the pattern."""

import re
from typing import Any

import re2

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.problems import WrongError

# RE2's time also grows with the pattern.
LONGEST = 500


class Pattern:
    """A pattern that a text has to match as a whole; a dot stands for any character. Equal if written the same."""

    def __init__(self, written: Any) -> None:
        """Raises `WrongError` when `written` is no pattern."""
        if not isinstance(written, str) or not 0 < len(written) <= LONGEST:
            raise WrongError(Code.PATTERN_INVALID, f"wanted is a pattern as text, of at most {LONGEST} characters")
        self.written = str(written)
        options = re2.Options()
        options.log_errors = False
        options.dot_nl = True
        try:
            self._compiled = re2.compile(self.written, options)
        except re2.error as error:
            raise WrongError(Code.PATTERN_INVALID, f"the pattern cannot be read: {_said(error, written)}") from error

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` matches."""
        return self._compiled.fullmatch(text) is not None

    def part_of(self, text: str) -> str | None:
        """The first place in `text` that matches: its first group, or all of it. Nothing where none does."""
        found = self._compiled.search(text)
        return (found[1] if self._compiled.groups else found[0]) if found is not None else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.written == other.written

    def __hash__(self) -> int:
        return hash(self.written)


def as_pattern(written: str) -> str:
    """`+49*` as a pattern, as it stands in double quotes: `\\\\+49.*`."""
    written = re.sub(r"(?:^|(?<=[(|]))\+", r"\\+", written)
    return re.sub(r"(?<![.)\]])(?<!\\[dswDSW])\*", ".*", written).replace("\\", "\\\\")


def _said(error: Exception, written: str) -> str:
    raw = error.args[0]
    said = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    if "no argument for repetition" in said:
        # What a variable of the environment holds is not told.
        wanted = "\\\\+49.*" if isinstance(written, EnvText) or "(" in written else as_pattern(written)
        return f'* and + repeat what stands before them, and nothing does: write "{wanted}"'
    if "perl operator" in said or "invalid escape" in said:
        return f"{said} (RE2's syntax has nothing that looks ahead, behind or back)"
    return said
