"""Whether what a mapper has made is a record that can be written."""

import math
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from app.domain.record import Record, Ref

_WANTED = "a value that is no text, number, date, true, false or Ref"


class ShapeError(Exception):
    """It is none. The message is told of its mapper: "gives Due__c a time without zone"."""


def check_shape(record: Any) -> None:
    """Raises `ShapeError`."""
    if not isinstance(record, Record):
        raise ShapeError("returned no Record")
    named = isinstance(record.object, str) and record.object
    if not (
        named and isinstance(record.fields, Mapping) and isinstance(record.cut, Mapping) and _is_names(record.require)
    ):
        raise ShapeError('returned a Record that is not made like Record("Case", {"Subject": "…"})')
    odd = [str(name) for name, value in record.fields.items() if not (isinstance(name, str) and is_value(value))]
    if odd:
        raise ShapeError(f"gives {', '.join(odd)} {_WANTED}")
    # It would be taken for one of the server's clock.
    naive = [name for name, value in record.fields.items() if isinstance(value, datetime) and value.tzinfo is None]
    if naive:
        raise ShapeError(f"gives {', '.join(naive)} a time without zone")


def _is_names(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str) and all(isinstance(one, str) for one in value)


def is_value(value: object) -> bool:
    """Whether a field can hold it; of a ref only that it is one."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (str, int, date, Ref))
