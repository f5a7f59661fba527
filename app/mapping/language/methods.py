"""What may follow a dot: the parts and the methods of each kind of value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.mapping.filters.texts import replace
from app.mapping.filters.times import strftime
from app.mapping.language.limits import TemplateError
from app.mapping.language.texts import kind_of
from app.mapping.problems import did_you_mean

LONGEST_ARGUMENT = 1_000  # of a text's method: some compare each of their characters with each of the text's


@dataclass(frozen=True)
class Round:
    """`loop` in a `for`."""

    index0: int
    length: int

    @property
    def index(self) -> int:
        return self.index0 + 1

    @property
    def first(self) -> bool:
        return self.index0 == 0

    @property
    def last(self) -> bool:
        return self.index == self.length


_TEXT = (
    *("upper", "lower", "capitalize", "title", "casefold", "strip", "lstrip", "rstrip", "removeprefix"),
    *("removesuffix", "startswith", "endswith", "find", "count", "split", "splitlines", "partition", "isdigit"),
    *("isdecimal", "isalpha", "isalnum", "isupper", "islower"),
)
METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    str: {**{name: getattr(str, name) for name in _TEXT}, "replace": replace},
    datetime: {
        "strftime": strftime,
        "isoformat": lambda time: time.isoformat(),
        "date": datetime.date,
        "weekday": datetime.weekday,
        "isoweekday": datetime.isoweekday,
    },
    date: {"isoformat": date.isoformat, "weekday": date.weekday, "isoweekday": date.isoweekday},
    timedelta: {"total_seconds": timedelta.total_seconds},
    Mapping: {
        "get": lambda mapping, key, other=None: mapping.get(key, other),
        "items": lambda mapping: list(mapping.items()),
        "keys": lambda mapping: list(mapping),
        "values": lambda mapping: list(mapping.values()),
    },
}
PARTS: dict[type, tuple[str, ...]] = {
    datetime: ("year", "month", "day", "hour", "minute", "second"),
    date: ("year", "month", "day"),
    timedelta: ("days",),
    Round: ("index", "index0", "first", "last", "length"),
}
_OF_KIND: Mapping[str, type] = {"text": str, "time": datetime, "duration": timedelta, "mapping": Mapping, "number": int}


# What other languages have, by the kind of value.
_INSTEAD = {
    "text": {
        **dict.fromkeys(("substring", "substr", "slice", "left", "truncate"), "a part is written [:3]"),
        **dict.fromkeys(("length", "len", "size"), "write `| length`"),
        **dict.fromkeys(
            ("zfill", "rjust", "padstart", "pad", "padleft"), 'zeros before it are ("0000" ~ group_id)[-4:]'
        ),
        **dict.fromkeys(("contains", "includes", "indexof"), 'write "x" in subject'),
        **dict.fromkeys(("touppercase", "toupper"), "write `| upper`"),
        **dict.fromkeys(("tolowercase", "tolower"), "write `| lower`"),
    },
    "time": {
        **dict.fromkeys(("tostring", "format", "tolocalestring"), 'write `| date("%d.%m.%Y")`'),
        **dict.fromkeys(("adddays", "addhours", "plus"), "write `| plus(hours=4)`"),
    },
    "duration": {
        **dict.fromkeys(("minutes", "totalminutes"), "write `| minutes`"),
        **dict.fromkeys(("seconds", "totalseconds"), "write `| seconds`"),
    },
}


def check_attribute(kind: str | None, name: str) -> None:
    """Refuses `.name` where a value of the kind (`app/mapping/names.py`) has none. Raises `ValueError`."""
    if kind not in (None, "mapping") and name not in PARTS.get(_OF_KIND[kind], ()):
        hint = f"; write {name}()" if name in METHODS.get(_OF_KIND[kind], {}) else _instead(kind, name)
        raise ValueError(f"a {kind} has no .{name}{hint}")


def check_method(kind: str | None, name: str) -> None:
    """Refuses `.name()` where a value of the kind, or of any kind, has none. Raises `ValueError`."""
    tables = METHODS.values() if kind is None else [METHODS.get(_OF_KIND[kind], {})]
    known = sorted({name for methods in tables for name in methods})
    if name not in known:
        meant = did_you_mean(name, known)
        subject = f"a {kind} has no" if kind else "no value has"
        raise ValueError(f"{subject} .{name}(){_instead(kind, name) or (f'; {meant}' if meant else '')}")


def _instead(kind: str | None, name: str) -> str:
    kinds = [kind] if kind else list(_INSTEAD)
    better = next((_INSTEAD[one][name.lower()] for one in kinds if name.lower() in _INSTEAD.get(one, {})), "")
    return f"; {better}" if better else ""


def attribute(value: Any, name: str) -> Any:
    """`value.name`; nothing where a mapping has no such key."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return value.get(name)
    if name in _of(value, PARTS, ()):
        return getattr(value, name)
    hint = f"; write {name}()" if name in _of(value, METHODS, {}) else ""
    raise TemplateError(f"{kind_of(value)} has no .{name}{hint}")


def call(value: Any, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    """`value.name(…)`."""
    if value is None:
        return None
    method = _of(value, METHODS, {}).get(name)
    if method is None:
        raise TemplateError(f"{kind_of(value)} has no .{name}()")
    if any(isinstance(one, str) and len(one) > LONGEST_ARGUMENT for one in [*arguments, *named.values()]):
        raise TemplateError(f".{name}() was given a text of more than {LONGEST_ARGUMENT} characters")
    try:
        return method(value, *arguments, **named)
    except TemplateError:
        raise
    except (TypeError, ValueError):
        raise TemplateError(f".{name}() was given what it does not take") from None


def _of(value: Any, table: Mapping[type, Any], otherwise: Any) -> Any:
    return next((found for kind, found in table.items() if isinstance(value, kind)), otherwise)
