"""Cockpit variables: what `setValue` does, and with which result."""

from enum import IntEnum

from app.sandbox.jtel.arguments import Arguments
from app.sandbox.jtel.store import Fields, JtelStore


class SetResult(IntEnum):
    """The documented results. Each comes with a 200."""

    OK = 0
    NOT_WRITABLE = 1
    NOT_FOUND = 2
    SAME_VALUE = 3
    OUT_OF_RANGE = 4


_ERRORS = {
    SetResult.OK: "",
    SetResult.NOT_WRITABLE: "Variable is not writable",
    SetResult.NOT_FOUND: "Variable not found or not visible for cockpit",
    SetResult.SAME_VALUE: "Value was not changed (same value)",
    SetResult.OUT_OF_RANGE: "Value was not changed (min / max values would be exceeded)",
}


def set_value(store: JtelStore, arguments: Arguments) -> Fields:
    """Sets the variable where that may be."""
    with store.lock:
        variable = store.get("CockpitVariable", arguments["CockpitVariablesID"])
        result = _result(variable, arguments["value"])
        if variable and result is SetResult.OK:
            store.save("CockpitVariable", {**variable, "Value": arguments["value"]})
    return {"result": int(result), "error": _ERRORS[result], "status": 200}


def _result(variable: Fields | None, value: int) -> SetResult:
    if variable is None:
        return SetResult.NOT_FOUND
    if not variable["bWritable"]:
        return SetResult.NOT_WRITABLE
    if variable["Value"] == value:
        return SetResult.SAME_VALUE
    lowest, highest = (variable.get(name) for name in ("MinValue", "MaxValue"))
    too_low, too_high = lowest is not None and value < lowest, highest is not None and value > highest
    return SetResult.OUT_OF_RANGE if too_low or too_high else SetResult.OK
