"""Refs in the YAML: `{user: "{{ TargetUsersNickName }}", by: alias, otherwise: {queue: Callbacks}}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.record import FIELD_NAME, Ref, Value
from app.mapping.codes import Code
from app.mapping.instead import REFERENCE, USER_BY, meant
from app.mapping.ivr_record import IVR_RECORD, in_place_of
from app.mapping.language.template import Render
from app.mapping.problems import WrongError, unknown_keys
from app.mapping.render import compile_template, is_template, nothing

# What each kind is named by.
REF_KINDS = {
    "queue": "the name of one",
    "user": "the nickname of one",
    "record_type": "the name of one",
    "contact": "a telephone number",
    "account": "a telephone number",
    "open_case": "a telephone number",
    "account_owner": "a telephone number",
    "lookup": "the API name of an object",
}
# They are found by a telephone number, or by the field of the object that `by` names.
BY_NUMBER = {"contact": "Contact", "account": "Account", "open_case": "Case", "account_owner": "Account"}
# What jtel's admin has named. A name that a template makes of anything else may be a caller's words.
_NAMED_BY_ADMIN = ("group_name", "group_foreign_id", "service_name")
# What people write for nothing, and no id is.
_NOTHING = ("none", "null", "nothing", "nil", "empty", "skip", "leer", "nichts", "-")
BY = {"user": ("nickname", "alias", "federation_id", "username", "email")}


@dataclass(frozen=True)
class Reference:
    """Gives the ref for a callback. Without a name there is nothing to look for, so `otherwise` takes its place.

    `fixed` says that the name is always the same, `quiet` that nothing is wanted where none is found. What jtel's IVR
    has found comes before a search.
    """

    kind: str
    name: Render
    by: str | None
    otherwise: Render
    fixed: bool
    quiet: bool

    def __call__(self, names: Mapping[str, Any]) -> Value | None:
        """The ref, or what `otherwise` is."""
        return in_place_of(self.kind, self._search(names), names.get(IVR_RECORD), quiet=self.quiet)

    def _search(self, names: Mapping[str, Any]) -> Value | None:
        name = self.name(names)
        otherwise = self.otherwise(names)
        if name is None:
            return otherwise
        known = self.fixed or name in [names.get(one) for one in _NAMED_BY_ADMIN]
        return Ref(self.kind, str(name), self.by, otherwise, of_caller=not known, quiet=self.quiet)


def compile_reference(kind: str, raw: Mapping[Any, Any], compile_value: Callable[[Any], Render]) -> Render:
    """A ref of the kind, as the YAML has it. Raises `WrongError` with all that is wrong."""
    known = [kind, "by", "otherwise"] if kind in (*BY, *BY_NUMBER) else [kind, "otherwise"]
    wrong = unknown_keys(raw, known, REFERENCE)
    name: Render = nothing
    otherwise: Render = nothing
    with wrong.part(kind):
        name = _compile_name(kind, raw)
    with wrong.part("by"):
        _check_by(kind, raw)
    with wrong.part("otherwise"):
        otherwise = compile_otherwise(raw, compile_value)
    wrong.tell()
    return Reference(kind, name, raw.get("by"), otherwise, not is_template(raw[kind]), is_quiet(raw))


def compile_otherwise(raw: Mapping[Any, Any], compile_value: Callable[[Any], Render]) -> Render:
    """What is taken where none is found. Raises `WrongError`."""
    otherwise = raw.get("otherwise")
    if isinstance(otherwise, str) and otherwise.strip().lower() in _NOTHING:
        raise WrongError(Code.REFERENCE_INVALID, "for nothing leave it empty: `otherwise:`")
    return compile_value(otherwise)


def is_quiet(raw: Mapping[Any, Any]) -> bool:
    """Whether nothing is wanted where none is found."""
    return "otherwise" in raw and raw["otherwise"] in (None, "")


def _compile_name(kind: str, raw: Mapping[Any, Any]) -> Render:
    name = raw[kind]
    if not isinstance(name, str) or not name.strip():
        wanted = '"{{ callback_number }}"' if kind in BY_NUMBER else "NAME"
        raise WrongError(Code.REFERENCE_INVALID, f"{kind} wants {REF_KINDS[kind]} as text: {{{kind}: {wanted}}}")
    by_phone = kind in BY_NUMBER and "by" not in raw
    if by_phone and not is_template(name) and not any(one.isdigit() for one in name):
        raise WrongError(Code.REFERENCE_INVALID, f'{kind} wants {REF_KINDS[kind]}, such as "{{{{ callback_number }}}}"')
    return compile_template(name)


def _check_by(kind: str, raw: Mapping[Any, Any]) -> None:
    if kind in BY_NUMBER and "by" in raw and not re.fullmatch(FIELD_NAME, str(raw["by"] or ""), re.ASCII):
        wanted = f"wanted is the API name of a field of the {BY_NUMBER[kind]} such as CustomerNo__c"
        raise WrongError(Code.REFERENCE_INVALID, f"{wanted}; without `by` it is found by telephone number")
    if kind in BY and raw.get("by", BY[kind][0]) not in BY[kind]:
        near = meant(str(raw["by"]), BY[kind], USER_BY)
        raise WrongError(Code.REFERENCE_INVALID, f"{near + ' ' if near else ''}wanted is one of {', '.join(BY[kind])}")
