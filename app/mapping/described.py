"""A record as JSON: what other programs and fixtures hold of it."""

from datetime import date
from typing import Any

from app.domain.record import Record, Ref, Value


def described(record: Record) -> dict[str, Any]:
    """The object, its fields, and the names of those whose templates failed, if any did."""
    fields = {name: written(value) for name, value in record.fields.items()}
    failed = {"failed": sorted(record.failed)} if record.failed else {}
    return {"object": record.object, "fields": fields, **failed}


def written(value: Value | None) -> Any:
    """A value; a `Ref` is written as in the YAML, a time with its offset."""
    if isinstance(value, Ref):
        otherwise = {"otherwise": written(value.otherwise)} if value.quiet or value.otherwise is not None else {}
        if value.object is not None:
            keys = {
                value.kind: value.object,
                "by": value.by,
                "value": {"number": value.name} if value.is_number else value.name,
            }
            return {**keys, **otherwise}
        return {value.kind: value.name, **({"by": value.by} if value.by is not None else {}), **otherwise}
    return value.isoformat() if isinstance(value, date) else value
