"""How a value is written where a text is wanted, and what it is called."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.mapping.language.limits import TemplateError, check_length
from app.mapping.summary import duration


def text_of(value: Any) -> str:
    """`value` for people to read; nothing is the empty text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return _text_of_time(value) if isinstance(value, (date, timedelta)) else _text_of_several(value)


def kind_of(value: Any) -> str:
    """What `value` is, in an admin's words."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "nothing")


# `bool` is an `int` and `datetime` a `date`: what is narrower comes first.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "a text"),
    (bool, "true or false"),
    ((int, float), "a number"),
    (datetime, "a time"),
    (date, "a date"),
    (timedelta, "a duration"),
    ((list, tuple), "a list"),
    (Mapping, "a mapping"),
)


def _text_of_time(value: date | timedelta) -> str:
    if isinstance(value, timedelta):
        return duration(value)
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value.isoformat()


def _text_of_several(value: Any) -> str:
    if isinstance(value, (list, tuple)) and not any(isinstance(item, (list, tuple, Mapping)) for item in value):
        return join_texts(value, ", ")
    if isinstance(value, (list, tuple, Mapping)):
        plain = dict(value) if isinstance(value, Mapping) else value
        return json.dumps(plain, ensure_ascii=False, default=text_of)
    raise TemplateError("it gives something that is no text")


def join_texts(values: Any, between: str) -> str:
    """The texts of `values` that are not empty, with `between` between them."""
    texts = [text for text in map(text_of, values) if text]
    check_length(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)
