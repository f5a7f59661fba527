"""Takes the wrappers off: `{"AcdEvent": {…}}`, `{"records": [{…}]}`, or one in the other."""

from collections.abc import Mapping
from typing import Any

from app.domain.errors import PayloadError
from app.domain.reasons import Reason

WRAPPERS = ("acdevent", "records")


def unwrap(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the one event inside; what stands beside the wrapper is kept where the event says nothing.

    Raises `PayloadError` `several_events` for more than one record.
    """
    flat = dict(fields)
    for _ in WRAPPERS:
        name = next((key for key in flat if key.lower() in WRAPPERS), None)
        if name is None or not isinstance(flat[name], (dict, list)):
            break
        inner = _single(name, flat.pop(name))
        flat = flat | inner
    return flat


def _single(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        if len(value) > 1:
            raise PayloadError(
                Reason.SEVERAL_EVENTS,
                f"{name} holds {len(value)} events, but one request is one callback. Send them one by one.",
            )
        value = value[0] if value else {}
    if not isinstance(value, dict):
        raise PayloadError(
            Reason.NOT_AN_OBJECT, f"{name} holds a {type(value).__name__}, but a callback is a JSON object."
        )
    return value
