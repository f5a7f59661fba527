"""A record of any object by a field of it: `{lookup: Contract__c, by: Number__c, value: "{{ extra.Contract }}"}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.record import FIELD_NAME, Ref, Value
from app.mapping.codes import Code
from app.mapping.instead import REFERENCE
from app.mapping.language.template import Render
from app.mapping.problems import WrongError, unknown_keys
from app.mapping.references import compile_otherwise, is_quiet
from app.mapping.render import nothing

_FORM = '{lookup: Contract__c, by: Number__c, value: "{{ extra.Contract }}"}'
_VALUE = f"`value` wants what the field holds, as a text, a template or {{number: …}}: {_FORM}"


@dataclass(frozen=True)
class Lookup:
    """Gives the ref for a callback. Without a value there is nothing to look for, so `otherwise` takes its place."""

    object: str
    by: str
    value: Render
    otherwise: Render
    quiet: bool

    def __call__(self, names: Mapping[str, Any]) -> Value | None:
        """The ref, or what `otherwise` is."""
        value, otherwise = self.value(names), self.otherwise(names)
        if value is None:
            return otherwise
        is_number = isinstance(value, (int, float))
        return Ref("lookup", str(value), self.by, otherwise, True, self.object, is_number, self.quiet)


def compile_lookup(raw: Mapping[Any, Any], compile_value: Callable[[Any], Render]) -> Render:
    """A lookup, as the YAML has it. Raises `WrongError` with all that is wrong."""
    wrong = unknown_keys(raw, ["lookup", "by", "value", "otherwise"], REFERENCE)
    value: Render = nothing
    otherwise: Render = nothing
    with wrong.part("lookup"):
        _check_name(raw["lookup"], f"lookup names the object, by its API name: {_FORM}")
    with wrong.part("by"):
        _check_name(raw.get("by"), f"`by` names the field of the object, by its API name: {_FORM}")
    with wrong.part("value"):
        _check_value(raw.get("value"))
        value = compile_value(raw["value"])
    with wrong.part("otherwise"):
        otherwise = compile_otherwise(raw, compile_value)
    wrong.tell()
    return Lookup(raw["lookup"], raw["by"], value, otherwise, is_quiet(raw))


def _check_name(name: Any, wanted: str) -> None:
    if not isinstance(name, str) or not re.fullmatch(FIELD_NAME, name, re.ASCII):
        raise WrongError(Code.REFERENCE_INVALID, wanted)


def _check_value(value: Any) -> None:
    if isinstance(value, Mapping):
        if list(value) != ["number"]:
            raise WrongError(Code.REFERENCE_INVALID, _VALUE)
    elif isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise WrongError(Code.REFERENCE_INVALID, _VALUE)
