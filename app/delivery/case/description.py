"""Whose Case it is: its description tells, whoever has made it and whatever became of it since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import SequenceMatcher
from functools import cached_property
from itertools import takewhile

from app.crm.port import Crm
from app.delivery.late import FIELD, without_line
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.errors import MappingError
from app.domain.record import Record
from app.mapping.rules import Rule

# What comes behind it may have been cut, since other lines were added before it.
LONGEST_COMPARED = 10_000
_LATER = timedelta(days=400, hours=13, minutes=17, seconds=29)
# Ends a line, and begins the first one. No word of a text is like it.
_END = "\n"


@dataclass(frozen=True)
class Description:
    """What a record that the rule makes of the callback says in its description.

    When the callback reached us does not count: a repeat comes later. So the rule is asked for another time as well,
    and the words that stay the same count. How blanks and empty lines are written does not count either.
    """

    record: Record
    rule: Rule
    callback: Callback

    def is_said_by(self, crm: Crm, case_id: str, deadline: Deadline) -> bool | None:
        """Whether the Case says all of it; none where that cannot be told. Raises `CrmError`."""
        said = crm.description_of(case_id, deadline) if self._lasting else None
        return None if said is None else _holds(_joined(_words(said)), self._lasting)

    def tells(self, text: str) -> bool:
        """Whether the text is in what is compared."""
        return any(text in run for run in self._lasting)

    @cached_property
    def _lasting(self) -> list[str]:
        """The runs of words that do not change with the time, in their order; none if there is no word in them."""
        described = self.record.fields.get(FIELD)
        if not isinstance(described, str):
            return []
        now, later = _words(without_line(described)), _words(self._later() or described)
        runs = [_joined(run) for run in _same(now, later) if run]
        return list(_cut(runs)) if any(run.strip() for run in runs) else []

    def _later(self) -> str | None:
        try:
            later = self.rule.apply(replace(self.callback, received_at=self.callback.received_at + _LATER))
        except MappingError:
            return None
        described = later.fields.get(FIELD)
        return described if isinstance(described, str) else None


def _words(text: str) -> list[str]:
    words = [_END]
    for line in filter(None, map(str.split, text.splitlines())):
        words += [*line, _END]
    return words


def _same(now: Sequence[str], later: Sequence[str]) -> Iterator[Sequence[str]]:
    # What is the same at both ends needs no search; that takes words which come often for noise.
    begin = _alike(now, later)
    end = _alike(now[begin:][::-1], later[begin:][::-1])
    middle, other = now[begin : len(now) - end], later[begin : len(later) - end]
    yield now[:begin]
    for one in SequenceMatcher(None, middle, other).get_matching_blocks():
        yield middle[one.a : one.a + one.size]
    yield now[len(now) - end :]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _joined(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def _cut(runs: Sequence[str]) -> Iterator[str]:
    left = LONGEST_COMPARED
    for run in runs:
        yield run[:left]
        left -= min(left, len(run))


def _holds(said: str, runs: Sequence[str]) -> bool:
    """Whether the runs are there in this order, whatever is between them."""
    begin = 0
    for run in runs:
        found = said.find(run, begin)
        if found < 0:
            return False
        # Two neighbours share the blank between them.
        begin = max(begin, found + len(run) - 1)
    return True
