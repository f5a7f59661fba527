"""How a value of a record or of a condition is shown."""

import json
from datetime import timedelta
from typing import Any

from app.mapping.described import written
from app.mapping.summary import duration


def value_as_text(value: Any) -> str:
    """A text as it is, all else as it would stand in the configuration. Nothing is an empty text."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, timedelta):
        return duration(value)
    as_json = written(value)
    if isinstance(as_json, dict) and all(isinstance(one, str) for one in as_json.values()):
        return ", ".join(f"{key}: {one}" for key, one in as_json.items())
    return json.dumps(as_json, ensure_ascii=False, default=str)
