"""Filters for times and durations. jtel's times as text are read, too; what is no time stays as it is."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain import times
from app.domain.source import Source
from app.mapping.filters.filter import Filter
from app.mapping.language.limits import TemplateError

if TYPE_CHECKING:
    from babel import Locale

_DIRECTIVES = re.compile(r"%[-]?[aAbBdHIjmMpSuUVwWyYzZ%]")
_LONGEST = 100  # characters of a format, and of a time as text
_FURTHEST = 100_000  # days, hours or minutes
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_WORDS = re.compile(r"%%|%-?[aAbB]")
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_ENGLISH = "en"
_SAMPLE = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)


def time(value: Any, format: str = "%H:%M", language: str = _ENGLISH, *, source: Source) -> Any:  # noqa: A002 (as in a template)
    """The time of day, or what else the format says."""
    return date(value, format, language, source=source)


def date(value: Any, format: str = "%Y-%m-%d", language: str = _ENGLISH, *, source: Source) -> Any:  # noqa: A002
    """The day, as the format says; days and months have the names of the language."""
    named = _names_in(language)
    return _with(value, source, lambda moment: strftime(moment, _with_names(format, moment, named)))


def iso(value: Any, *, source: Source) -> Any:
    """The time with its offset, for machines."""
    return _with(value, source, lambda moment: moment.isoformat(timespec="seconds"))


def weekday(value: Any, language: str = _ENGLISH, *, source: Source) -> Any:
    """The name of the day in the language."""
    return date(value, "%A", language, source=source)


def in_zone(value: Any, zone: str, *, source: Source) -> Any:
    """The same moment on another clock."""
    if not isinstance(zone, str) or not _ZONE.fullmatch(zone):
        raise TemplateError("in_zone wants a time zone such as Europe/Berlin")
    try:
        found = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TemplateError("in_zone was given an unknown time zone; wanted is a name such as Europe/Berlin") from None
    return _with(value, source, lambda moment: moment.astimezone(found))


def plus(value: Any, days: float = 0, hours: float = 0, minutes: float = 0, *, source: Source) -> Any:
    """A later time. A day more is the same time of day, also when the clock is changed."""
    return _with(value, source, lambda moment: _moved(moment, days, hours, minutes))


def minus(value: Any, days: float = 0, hours: float = 0, minutes: float = 0, *, source: Source) -> Any:
    """An earlier time."""
    return _with(value, source, lambda moment: _moved(moment, days, hours, minutes, sign=-1))


def at(value: Any, clock: str, *, source: Source) -> Any:
    """The same day at another time of day."""
    found = _CLOCK.fullmatch(clock) if isinstance(clock, str) else None
    if found is None:
        raise TemplateError('at wants a time of day such as "09:00"')
    hour, minute = int(found[1]), int(found[2])
    return _with(value, source, lambda moment: _on_clock(moment.replace(hour=hour, minute=minute, second=0)))


def seconds(value: Any) -> Any:
    """A duration as a number of whole seconds."""
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


def minutes(value: Any) -> Any:
    """A duration as a number of whole minutes."""
    return int(value.total_seconds()) // 60 if isinstance(value, timedelta) else value


def strftime(moment: datetime, format: str) -> str:  # noqa: A002
    """`moment` as `format` says. Raises `TemplateError` for what is no format: the C library would take any width."""
    if not isinstance(format, str) or len(format) > _LONGEST:
        raise TemplateError(f"a time's format is a text of at most {_LONGEST} characters")
    if "%" in _DIRECTIVES.sub("", format):
        raise TemplateError('a time\'s format holds a % that means nothing; write for instance "%d.%m.%Y %H:%M"')
    return moment.strftime(format)


def _names_in(language: str) -> "Locale | None":
    """Whose names of days and months are those of the language; none for English. Raises `TemplateError`."""
    if language == _ENGLISH:
        return None
    found = isinstance(language, str) and _LANGUAGE.fullmatch(language) and _locale(language)
    if not found:
        raise TemplateError("weekday, date and time want a language in two small letters, such as de")
    return found


@cache
def _locale(language: str) -> "Locale | None":
    # Loaded only where somebody writes another language.
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except UnknownLocaleError:
        return None


def _with_names(format_: str, moment: datetime, names: "Locale | None") -> str:
    """The format with the names of this day and month in it."""
    if names is None or not isinstance(format_, str):
        return format_
    return _WORDS.sub(lambda found: _name(found[0][-1], moment, names).replace("%", "%%"), format_)


def _name(directive: str, moment: datetime, names: "Locale") -> str:
    width = "wide" if directive in "AB" else "abbreviated"
    if directive in "aA":
        return str(names.days["format"][width][moment.weekday()])
    return str(names.months["format"][width][moment.month]) if directive in "bB" else "%"


def _with(value: Any, source: Source, change: Callable[[datetime], Any]) -> Any:
    moment = value
    if isinstance(value, str) and len(value) <= _LONGEST:
        moment = times.in_zone(times.parse_written_time(value.strip()), source.zone)
    if not isinstance(moment, datetime):
        return value
    try:
        return change(moment)
    except TemplateError:
        raise
    except (OverflowError, ValueError):
        raise TemplateError("it makes a time that is out of range") from None


def _moved(moment: datetime, days: float, hours: float, minutes: float, sign: int = 1) -> datetime:
    if not all(_is_amount(amount) for amount in (days, hours, minutes)):
        raise TemplateError(f"plus and minus want numbers up to {_FURTHEST:,}: plus(days=1, hours=4)")
    if days:
        moment = _on_clock(moment + sign * timedelta(days=days))
    passed = sign * timedelta(hours=hours, minutes=minutes)
    return (moment.astimezone(UTC) + passed).astimezone(moment.tzinfo)


def _is_amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _FURTHEST


def _on_clock(moment: datetime) -> datetime:
    # A time that the change of the clock skips is shifted forward; of one that comes twice the first is meant.
    return moment.replace(microsecond=0, fold=0).astimezone(UTC).astimezone(moment.tzinfo)


FILTERS = (
    Filter(time, '{{ requested_at | time }}, {{ requested_at | time("%H.%M") }}', "10:42, 10.42", _SAMPLE),
    Filter(
        date,
        '{{ requested_at | date }}, {{ requested_at | date("%d.%m.%Y") }}, {{ requested_at | date("%-d. %B", "de") }}',
        "2026-11-21, 21.11.2026, 21. November",
        _SAMPLE,
    ),
    Filter(weekday, '{{ requested_at | weekday }}, {{ requested_at | weekday("de") }}', "Saturday, Samstag", _SAMPLE),
    Filter(in_zone, '{{ requested_at | in_zone("Europe/London") | time }}', "09:42", _SAMPLE),
    Filter(plus, "{{ requested_at | plus(days=1, hours=4) }}", "2026-11-22 14:42:00", _SAMPLE),
    Filter(minus, "{{ requested_at | minus(minutes=30) | time }}", "10:12", _SAMPLE),
    Filter(at, '{{ requested_at | plus(days=1) | at("09:00") }}', "2026-11-22 09:00:00", _SAMPLE),
    Filter(iso, "{{ requested_at | iso }}", "2026-11-21T10:42:00+01:00", _SAMPLE),
    Filter(seconds, "{{ waited }} are {{ waited | seconds }} s", "3 min 53 s are 233 s", timedelta(minutes=1)),
    Filter(minutes, "{{ waited | minutes }} minutes", "3 minutes", timedelta(minutes=1)),
)
