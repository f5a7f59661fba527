"""How times, durations and numbers are written, in the language of the request."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

from app.console.language import language

NOTHING = "\N{EN DASH}"
# The short word for days is hard to read.
_UNITS: tuple[tuple[str, Literal["long", "short"], int], ...] = (
    ("day", "long", 86_400),
    ("hour", "short", 3_600),
    ("minute", "short", 60),
    ("second", "short", 1),
)
# So many of them say it well enough.
_SHOWN = 2


class Formats:
    """The filters of our templates. `zone_of` says in which zone the times of a source are shown."""

    def __init__(self, zone_of: Callable[[str | None], ZoneInfo]) -> None:
        self._zone_of = zone_of

    def at(self, moment: float | None, source: str | None = None) -> str:
        """A moment (seconds since 1970), in the zone of the source and with its offset: 5 Nov 2026, 10:42:07 +01:00."""
        if moment is None:
            return NOTHING
        when = datetime.fromtimestamp(moment, UTC).astimezone(self._zone_of(source))
        form = "d. MMM y, HH:mm:ss XXX" if language() == "de" else "d MMM y, HH:mm:ss XXX"
        return format_datetime(when, form, locale=language())

    def lasting(self, seconds: float | None) -> str:
        """How long something lasts: 3 hr 12 min."""
        if seconds is None:
            return NOTHING
        rest, said = max(0, round(seconds)), []
        for unit, length, size in _UNITS:
            count, rest = divmod(rest, size)
            if count:
                said.append(format_unit(count, unit, length, locale=language()))
        return " ".join(said[:_SHOWN]) or format_unit(0, "second", "short", locale=language())

    def number(self, number: int) -> str:
        """A number of things: 12,345. No id is such a number."""
        return format_decimal(number, locale=language())
