"""Filters for telephone numbers. What is no number stays as it is."""

from typing import Any

from app.domain import numbers
from app.domain.source import Source
from app.mapping.filters.filter import Filter
from app.mapping.language.texts import text_of

_COST = 20_000  # to read a number takes as long as to read so many characters
_LONGEST = 100  # characters; a longer text is no number


def e164(value: Any, *, source: Source) -> Any:
    """The number as `+`, country code and digits."""
    sent = _sent(value)
    return (numbers.normalize(sent, source.region) if sent else None) or value


def international(value: Any, *, source: Source) -> Any:
    """The number as people write it, with its country code."""
    sent = _sent(value)
    return (numbers.international(sent, source.region) if sent else None) or value


def national(value: Any, *, source: Source) -> Any:
    """The number as people write it in the source's country; a foreign number keeps its country code."""
    sent = _sent(value)
    return (numbers.national(sent, source.region) if sent else None) or value


def country(value: Any, *, source: Source) -> str | None:
    """The country of the number, in two letters; nothing if it is no valid number."""
    sent = _sent(value)
    return numbers.country(sent, source.region) if sent else None


def digits(text: str) -> str | None:
    """The digits alone; nothing where there is none."""
    return "".join(character for character in text if character in "0123456789") or None


def _sent(value: Any) -> str | None:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    text = text_of(value)
    return text if len(text) <= _LONGEST else None


FILTERS = (
    Filter(e164, '{{ "030 901820" | e164 }}', "+4930901820", fixed_cost=_COST),
    Filter(international, '{{ "4930901820" | international }}', "+49 30 901820", fixed_cost=_COST),
    Filter(national, '{{ "+4930901820" | national }}', "030 901820", fixed_cost=_COST),
    Filter(country, '{{ "+43 1 513550" | country }}', "AT", fixed_cost=_COST),
    Filter(digits, '{{ "+49 (0)30 / 901820" | digits }}', "49030901820", on_text=True, cost=4),
)
