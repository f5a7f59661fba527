"""From the options of a command to a choice of entries."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.cli.ledger_options import When, sources_of, zone_of
from app.domain.entry import State
from app.domain.numbers import normalize
from app.domain.reasons import Reason
from app.operations.find import Choice
from app.wiring import Runtime


@dataclass(frozen=True)
class Options:
    """What was given of the options of `choosing`."""

    states: Sequence[str]
    sources: Sequence[str]
    reasons: Sequence[str]
    since: When | None
    older_than: When | None

    @property
    def given(self) -> bool:
        """Whether any was."""
        return any(vars(self).values())


def choice_of(
    runtime: Runtime,
    options: Options,
    default: Sequence[State],
    number: str | None = None,
    *,
    dropped: bool = False,
    reconciled: bool = False,
) -> Choice:
    """The entries that the options mean; those in a state of `default` that have their payload if no state is given."""
    now = runtime.ledger.now()
    zone = zone_of(runtime.config, options.sources)
    return Choice(
        states=[State(state) for state in options.states] or _usual(options, default),
        sources=options.sources,
        reasons=options.reasons,
        since=options.since(now, zone) if options.since else None,
        before=options.older_than(now, zone) if options.older_than else None,
        numbers=hashes_of(runtime, options.sources, number) if number else (),
        with_payload=not options.states and not dropped and not reconciled,
        dropped=dropped,
        reconciled=reconciled,
    )


def _usual(options: Options, default: Sequence[State]) -> Sequence[State]:
    # What a rule has skipped is found by that reason alone.
    return (*default, State.DISCARDED) if default and Reason.SKIPPED_BY_RULE.word in options.reasons else default


def hashes_of(runtime: Runtime, sources: Sequence[str], number: str) -> list[str]:
    """What the number is found by, whichever country a source takes it for."""
    read = {normalize(number, source.region) or number for source in sources_of(runtime.config, sources)}
    return sorted(runtime.ledger.codec.number(one) or "" for one in read)
