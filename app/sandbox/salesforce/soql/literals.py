"""Literals of SOQL: escapes in strings, and dates that are words (TODAY, LAST_N_DAYS:7)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from app.sandbox.salesforce.clock import now

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
Days = tuple[date, date]
"""The first day of a range and the first one after it."""


def unescape(quoted: str, *, pattern: bool = False) -> str:
    """The text of a quoted string. In a LIKE pattern `\\%` and `\\_` stay, they mean the character itself."""

    def replace(match: re.Match[str]) -> str:
        character = match[1]
        if character in "%_":
            return match[0] if pattern else character
        if character.lower() not in ESCAPES:
            raise ValueError(f"Illegal character sequence '\\{character}' in string literal.")
        text = ESCAPES[character.lower()]
        return "\\\\" if pattern and text == "\\" else text

    return re.sub(r"\\(.)", replace, quoted[1:-1], flags=re.DOTALL)


def like(pattern: str) -> re.Pattern[str]:
    """A LIKE pattern as a regular expression: `%` any text, `_` one character, no case."""
    parts = re.findall(r"\\.|.", pattern, flags=re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(p) or re.escape(p[-1]) for p in parts), re.IGNORECASE | re.DOTALL)


def range_test(sign: str, word: str, count: int | None) -> Callable[[datetime], bool]:
    """Says of a moment how it stands to the days of a word; ValueError for a word that is none or is not served."""
    first, after = (moment(day.isoformat()) for day in _days_of(word.upper(), count))
    tests: dict[str, Callable[[datetime], bool]] = {
        "=": lambda m: first <= m < after,
        "!=": lambda m: not first <= m < after,
        "<": lambda m: m < first,
        "<=": lambda m: m < after,
        ">": lambda m: m >= after,
        ">=": lambda m: m >= first,
    }
    return tests[sign]


def _days_of(word: str, count: int | None) -> Days:
    today = now().date()
    if count is None and word in _WORDS:
        return _WORDS[word](today)
    if count is not None and word in _COUNTED:
        try:
            return _COUNTED[word](today, count)
        except OverflowError:
            raise ValueError(f"{word}:{count} is no day of the calendar") from None
    if _NOT_SERVED.fullmatch(word) and (count is not None) == ("N_" in word):
        raise ValueError(f"The sandbox does not serve the date literal {word}")
    raise ValueError(f"unexpected token: '{word}'")


def moment(text: str) -> datetime:
    """A date or a time as a point on the clock (UTC)."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _days(start: date, count: int = 1) -> Days:
    return start, start + timedelta(days=count)


def _week(day: date, offset: int) -> Days:
    # They begin on Monday where the users' locale is de_DE, on Sunday where it is en_US.
    start = day - timedelta(days=day.weekday()) + timedelta(weeks=offset)
    return _days(start, 7)


def _month(day: date, offset: int) -> Days:
    index = day.year * 12 + day.month - 1 + offset
    year, month = divmod(index, 12)
    following_year, following = divmod(index + 1, 12)
    return date(year, month + 1, 1), date(following_year, following + 1, 1)


def _year(day: date, offset: int) -> Days:
    return date(day.year + offset, 1, 1), date(day.year + offset + 1, 1, 1)


_WORDS: dict[str, Callable[[date], Days]] = {
    "YESTERDAY": lambda d: _days(d - timedelta(days=1)),
    "TODAY": _days,
    "TOMORROW": lambda d: _days(d + timedelta(days=1)),
    "LAST_WEEK": lambda d: _week(d, -1),
    "THIS_WEEK": lambda d: _week(d, 0),
    "NEXT_WEEK": lambda d: _week(d, 1),
    "LAST_MONTH": lambda d: _month(d, -1),
    "THIS_MONTH": lambda d: _month(d, 0),
    "NEXT_MONTH": lambda d: _month(d, 1),
    "LAST_YEAR": lambda d: _year(d, -1),
    "THIS_YEAR": lambda d: _year(d, 0),
    "NEXT_YEAR": lambda d: _year(d, 1),
}
_NOT_SERVED = re.compile(
    r"(LAST|NEXT)_90_DAYS|(LAST|THIS|NEXT)_(FISCAL_)?(QUARTER|YEAR)|N_(FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)S_AGO"
    r"|(LAST|NEXT)_N_(FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)S"
)
_COUNTED: dict[str, Callable[[date, int], Days]] = {
    "LAST_N_DAYS": lambda d, n: (d - timedelta(days=n), d + timedelta(days=1)),
    "NEXT_N_DAYS": lambda d, n: (d + timedelta(days=1), d + timedelta(days=n + 1)),
    "N_DAYS_AGO": lambda d, n: _days(d - timedelta(days=n)),
}
