"""Whether the refs that a mapper's code has made can be looked up. Those of the rules' YAML always can."""

from dataclasses import replace
from datetime import datetime

from app.domain.record import Record, Ref, Value
from app.mapping.shape import is_value

# Each in the `otherwise` of the one before.
LONGEST_CHAIN = 10


class _WrongError(Exception):
    """What is wrong with a ref: "whose name is of the type int"."""


def check_refs(record: Record) -> tuple[Record, dict[str, str]]:
    """The record without the fields whose ref nobody can look up, and what is wrong with each: "a Ref that …".

    A ref without a name is none: what it has `otherwise` takes its place, as in the rules.
    """
    fields: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for name, value in record.fields.items():
        try:
            fields[name] = _checked(value) if isinstance(value, Ref) else value
        except _WrongError as error:
            wrong[name] = f"a Ref {error}"
    return replace(record, fields=fields), wrong


def _checked(ref: Ref) -> Value:
    chain, last = _chain(ref)
    for one in chain:
        _check(one)
    if not is_value(last) or (isinstance(last, datetime) and last.tzinfo is None):
        raise _WrongError("whose `otherwise` is no value")
    for one in reversed(chain):
        last = last if one.name is None else replace(one, otherwise=last)
    if last is None:
        raise _WrongError("without a name")
    return last


def _chain(ref: Ref) -> tuple[list[Ref], Value | None]:
    chain: list[Ref] = []
    value: Value | None = ref
    while isinstance(value, Ref):
        if len(chain) == LONGEST_CHAIN:
            raise _WrongError(f"with more than {LONGEST_CHAIN} in its `otherwise`")
        chain.append(value)
        value = value.otherwise
    return chain, value


def _check(ref: Ref) -> None:
    # What a mapper gives need not be what the signature says.
    parts = (("kind", ref.kind, False), ("name", ref.name, True), ("by", ref.by, True), ("object", ref.object, True))
    for part, value, may_miss in parts:
        if not (isinstance(value, str) or (may_miss and value is None)):
            raise _WrongError(f"whose {part} is of the type {type(value).__name__}, wanted is a text")
    try:
        str(ref.name).encode()
    except UnicodeEncodeError:
        raise _WrongError("whose name holds half a character") from None
