"""Options that choose entries of the ledger."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import click

from app.domain.entry import State
from app.domain.reasons import Reason
from app.domain.source import Source

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_AGO = re.compile(r"(\d{1,9})\s*([smhdw])")
_REASONS = [reason.word for reason in Reason]
# Seconds since 1970, of the ledger's clock and a time zone.
When = Callable[[float, tzinfo], float]


class TimeParam(click.ParamType[When]):
    """`2h` ago, or a time."""

    name = "AGO|TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> When:
        """What was written, read."""
        ago = _AGO.fullmatch(value.strip().lower())
        if ago is not None:
            seconds = int(ago[1]) * _UNITS[ago[2]]
            return lambda now, _: now - seconds
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f'"{value}" is no time: wanted is an age such as 2h or 3d, or 2026-11-21T10:00.', param, ctx)
        return lambda _, zone: (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


class ReasonParam(click.ParamType[str]):
    """A word of docs/reasons.md."""

    name = "REASON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, if there is such a one."""
        word: str = value.strip().lower()
        if word in _REASONS:
            return word
        close = difflib.get_close_matches(word, _REASONS, 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        return self.fail(f'"{value}" is no reason of docs/reasons.md.{hint}', param, ctx)


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --state, --source, --reason, --rule, --since and --older-than."""
    states = click.Choice([state.value for state in State])
    for option in (
        click.option("--older-than", type=TimeParam(), help="Only what came before: 1h, 3d, or a time."),
        click.option("--since", type=TimeParam(), help="Only what came since: 2h, 2026-11-21T10:00 (source's zone)."),
        click.option("--rule", "rules", multiple=True, help="Only of this rule."),
        click.option("--reason", "reasons", multiple=True, type=ReasonParam(), help="Only with this reason."),
        click.option("--source", "sources", multiple=True, help="Only of this source."),
        click.option("--state", "states", multiple=True, type=states, help="Only in this state."),
    ):
        command = option(command)
    return command


def sources_of(sources: Mapping[str, Source], names: Sequence[str]) -> list[Source]:
    """The sources with these names; all if none has one of them."""
    return [sources[name] for name in names if name in sources] or list(sources.values())
