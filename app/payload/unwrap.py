"""Takes the wrappers off: `{"AcdEvent": {…}}`, `{"records": [{…}]}`, or one in the other."""

from collections.abc import Mapping
from typing import Any

from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from app.payload.values import lay_over

WRAPPERS = ("acdevent", "records")


def unwrap(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the one event inside; what stands beside the wrapper is kept where the event says nothing.

    Raises `PayloadError` `several_events` for more than one record.
    """
    flat = dict(fields)
    for _ in WRAPPERS:
        name = next((key for key, value in flat.items() if _is_wrapper(key, value)), None)
        if name is None:
            break
        inner = _single(name, flat.pop(name))
        flat = lay_over(inner, flat)
    return flat


def _is_wrapper(key: str, value: Any) -> bool:
    return isinstance(value, (dict, list)) and key.lower() in WRAPPERS


def _single(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        if len(value) > 1:
            raise PayloadError(
                Reason.SEVERAL_EVENTS,
                f"{name} holds {len(value)} events, but one request is one callback. Send them one by one.",
            )
        value = value[0] if value else {}
    if not isinstance(value, dict):
        raise PayloadError(Reason.NOT_AN_OBJECT, f"{name} holds {_kind(value)}, but a callback is a JSON object.")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "an array" if isinstance(value, list) else "a single value"
