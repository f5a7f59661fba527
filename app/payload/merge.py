"""Lays one set of values over another, as jtel means it: null is nothing, and a name is the same in any case."""

from collections.abc import Mapping
from typing import Any

from app.payload.values import to_text


def lay_over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """`upper`, and what `lower` says where `upper` says nothing."""
    said = {name.lower() for name, value in upper.items() if to_text(value) is not None}
    filled = {name: value for name, value in lower.items() if name.lower() not in said}
    known = {name.lower() for name in filled}
    return {name: value for name, value in upper.items() if name.lower() not in known} | filled
