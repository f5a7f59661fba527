"""Which fields a rule requires."""

from collections.abc import Mapping
from typing import Any


def required_by(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the defaults and its own, without what it takes back."""
    optional = rule.get("optional") or []
    names = [*(defaults.get("require") or []), *(rule.get("require") or [])]
    return tuple(name for name in dict.fromkeys(names) if name not in optional)
