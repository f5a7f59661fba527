"""From the options of a command to a choice of entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.cli.ledger_options import When, sources_of
from app.domain.entry import State
from app.domain.source import Source, clock_of
from app.ledger.ledger import Ledger
from app.operations.find import Choice, usual_states
from app.operations.forget_caller import SoughtCaller


@dataclass(frozen=True)
class Options:
    """What was given of the options of `choosing`."""

    states: Sequence[str]
    sources: Sequence[str]
    reasons: Sequence[str]
    rules: Sequence[str]
    since: When | None
    older_than: When | None

    @property
    def given(self) -> bool:
        """Whether any was."""
        return any(vars(self).values())


class Searched(Protocol):
    """Where is looked, and the sources that say how times and numbers are read."""

    @property
    def ledger(self) -> Ledger:
        """Whose entries."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """By name."""


def choice_of(
    searched: Searched,
    options: Options,
    number: str | None = None,
    *,
    dropped: bool = False,
    reconciled: bool = False,
) -> Choice:
    """The entries that the options mean.

    If they name no state and nothing else is asked for, these are in a usual one and have their payload.
    """
    read_by = sources_of(searched.sources, options.sources) if number else ()
    caller = SoughtCaller.of(number, read_by, searched.ledger.codec) if number else None
    in_all = bool(options.states or number or dropped or reconciled)
    return Choice(
        states=tuple(State(state) for state in options.states) if in_all else usual_states(options.reasons),
        sources=options.sources,
        reasons=options.reasons,
        rules=options.rules,
        since=_moment(searched, options.sources, options.since),
        before=_moment(searched, options.sources, options.older_than),
        numbers=caller.numbers if caller else (),
        with_payload=not in_all,
        dropped=dropped,
        reconciled=reconciled,
    )


def _moment(searched: Searched, names: Sequence[str], when: When | None) -> float | None:
    return when(searched.ledger.now(), clock_of(searched.sources, names)) if when else None
