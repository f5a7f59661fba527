"""What operators do. Nothing stays nothing in a sum, and no order holds with it."""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from app.mapping.language.limits import LARGEST_NUMBER, Budget, TemplateError, check_length, check_number
from app.mapping.language.texts import kind_of, text_of
from app.mapping.typed import read_number

Operation = Callable[[Any, Any], Any]

_ARITHMETIC: dict[str, Operation] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_ORDER: dict[str, Operation] = {"lt": operator.lt, "lteq": operator.le, "gt": operator.gt, "gteq": operator.ge}
_NUMBER = (int, float)


def calculate(sign: str, left: Any, right: Any) -> Any:
    """`left sign right`, for numbers, times and durations; texts are added, and repeated by `*`."""
    if left is None or right is None:
        return None
    try:
        return _calculate(sign, left, right)
    except ZeroDivisionError:
        raise TemplateError("it divides by zero") from None
    except (OverflowError, ValueError) as error:
        if isinstance(error, TemplateError):
            raise
        raise TemplateError("it makes a number or a time that is out of range") from None


def _calculate(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        return check_number(_ARITHMETIC[sign](check_number(left), check_number(right)))
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        check_length(len(left) + len(right))
        return left + right
    if sign == "*" and isinstance(left, str) and isinstance(right, int):
        check_length(len(left) * right)
        return left * right
    if sign == "-" and isinstance(left, datetime) and isinstance(right, datetime):
        # In UTC: Python subtracts times of one zone by their clocks, and the clock may have been changed in between.
        return left.astimezone(UTC) - right.astimezone(UTC)
    return _calculate_time(sign, left, right)


def _calculate_time(sign: str, left: Any, right: Any) -> Any:
    if isinstance(right, timedelta) and sign in "+-":
        if isinstance(left, timedelta):
            return _ARITHMETIC[sign](left, right)
        if isinstance(left, datetime):
            return _ARITHMETIC[sign](left.astimezone(UTC), right).astimezone(left.tzinfo)
    if isinstance(left, timedelta) and sign in ("*", "/") and isinstance(right, _NUMBER):
        return _ARITHMETIC[sign](left, right)
    raise TemplateError(f"{kind_of(left)} {sign} {kind_of(right)} makes no sense{_instead(sign, left, right)}")


def _instead(sign: str, left: Any, right: Any) -> str:
    if isinstance(left, datetime) and sign in "+-":
        return f"; write `| {'plus' if sign == '+' else 'minus'}(hours=4)`"
    if isinstance(left, timedelta):
        return "; `| minutes` makes a number of a duration"
    return "; `~` puts texts together" if sign == "+" and str in (type(left), type(right)) else ""


def compare(sign: str, left: Any, right: Any) -> bool:
    """Whether `left sign right`. A number and the text of it are the same, since jtel sends either."""
    if sign in ("eq", "ne"):
        return _equal(left, right) == (sign == "eq")
    if sign in ("in", "notin"):
        return _within(left, right) == (sign == "in")
    return _ordered(sign, left, right)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(right, str) and _is_number(left):
        left, right = right, left
    if isinstance(left, str) and _is_number(right):
        return abs(right) < LARGEST_NUMBER and left == str(right)
    return bool(left == right)


def _within(item: Any, several: Any) -> bool:
    if several is None:
        return False
    if isinstance(several, str):
        return (isinstance(item, str) or _is_number(item)) and text_of(item) in several
    if isinstance(several, (list, tuple, Mapping)):
        return any(_equal(item, one) for one in several)
    raise TemplateError(f"nothing can be in {kind_of(several)}")


def _ordered(sign: str, left: Any, right: Any) -> bool:
    left, right = _as_number(left, right), _as_number(right, left)
    if left is None or right is None:
        return False
    alike = (_NUMBER, str, datetime, timedelta)
    if any(isinstance(left, kind) and isinstance(right, kind) for kind in alike):
        return bool(_ORDER[sign](left, right))
    hint = "; `| minutes` makes a number of a duration" if timedelta in (type(left), type(right)) else ""
    raise TemplateError(f"{kind_of(left)} and {kind_of(right)} have no order{hint}")


def _as_number(value: Any, beside: Any) -> Any:
    # A text that is no number is less and more than none.
    return read_number(value) if isinstance(value, str) and _is_number(beside) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBER) and not isinstance(value, bool)


def join(parts: list[Any], budget: Budget) -> str:
    """`a ~ b ~ c`."""
    texts = []
    for part in parts:
        texts.append(text := text_of(part))
        budget.spend(len(text))
    check_length(sum(map(len, texts)))
    return "".join(texts)


def part(value: Any, key: Any) -> Any:
    """`value[key]`; nothing where there is no such part."""
    if value is None or key is None:
        return None
    if isinstance(value, Mapping):
        return value.get(key) if isinstance(key, (str, int)) else None
    if isinstance(value, (str, list, tuple)) and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else None
    raise TemplateError(f"{kind_of(value)} has no part that {kind_of(key)} names")


def cut_out(value: Any, start: Any, stop: Any, step: Any) -> Any:
    """`value[start:stop:step]`."""
    if value is None:
        return None
    wanted = all(bound is None or isinstance(bound, int) for bound in (start, stop, step)) and step != 0
    if isinstance(value, (str, list, tuple)) and wanted:
        return value[start:stop:step]
    raise TemplateError(f"{kind_of(value)} has no such part; wanted is [from:to] with numbers")
