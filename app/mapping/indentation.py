"""A line of the file that has more or fewer blanks before it than those that it belongs to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r"(?P<blanks> *)(?P<dash>- +)?(?P<key>[A-Za-z_][\w.-]*|\"[^\"]*\"):(?P<value>\s.*)?")
_RULE_KEYS = ("name", "when", "mapper", "with", "fields", "require", "optional", "merge", "skip")
_TOP_KEYS = ("sources", "defaults", "rules")


@dataclass(frozen=True)
class _Line:
    """A line with a key; `begin` is its first column, `column` that of the key."""

    number: int
    begin: int
    column: int
    key: str
    dash: bool
    opens: bool


def wrong_indentation(lines: Sequence[str], index: int) -> tuple[int, str] | None:
    """The column where the line begins, and how many blanks it wants; nothing if it is as those above."""
    line = _read(lines, index)
    above = [one for number in range(index) if (one := _read(lines, number))]
    if line is None or not above:
        return None
    if line.key == "name" and not line.dash and line.begin in [one.begin for one in above if one.dash]:
        return line.begin, f"a rule begins with a hyphen: write `- {lines[index].strip()}`"
    beside, wanted = _wanted(line, above)
    if wanted == line.begin:
        return None
    return line.begin, f"this line has {_blanks(line.begin)} before it: put {wanted}, {beside}"


def _wanted(line: _Line, above: Sequence[_Line]) -> tuple[str, int]:
    if line.key in _TOP_KEYS and not line.dash:
        return f"since {line.key} belongs to no rule", 0
    alike = [one for one in above if (one.dash if line.dash else one.key in _RULE_KEYS)]
    if alike and (line.dash or line.key in _RULE_KEYS):
        found = alike[-1]
        return _as_before(found), found.begin if line.dash else found.column
    last = above[-1]
    return (f"more than before `{last.key}`", last.column + 2) if last.opens else (_as_before(last), last.column)


def _as_before(line: _Line) -> str:
    return f"as before `{'- ' if line.dash else ''}{line.key}` in line {line.number}"


def _read(lines: Sequence[str], index: int) -> _Line | None:
    found = _LINE.fullmatch(lines[index].rstrip())
    if found is None:
        return None
    value = (found["value"] or "").split(" #")[0].strip()
    column = found.start("key")
    return _Line(index + 1, len(found["blanks"]), column, found["key"], bool(found["dash"]), not value)


def _blanks(count: int) -> str:
    return "1 blank" if count == 1 else f"{count} blanks"
