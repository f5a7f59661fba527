"""Look-ups of any object: what they look for, and what stands in for it."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.domain.record import Record, Ref
from app.mapping.described import described
from app.mapping.values import compile_value

NAMES = {"extra": {"Contract": "V-4711", "Number": "4711"}, "subject": None}


def lookup(value: Any, **more: Any) -> Mapping[str, Any]:
    return {"lookup": "Contract__c", "by": "Number__c", "value": value, **more}


def wanted(name: str, **more: Any) -> Ref:
    return Ref("lookup", name, "Number__c", object="Contract__c", **more)


@pytest.mark.parametrize(
    ("raw", "ref"),
    [
        (lookup("{{ extra.Contract }}"), wanted("V-4711")),
        (lookup("V-1", otherwise="a00"), wanted("V-1", otherwise="a00")),
        (lookup({"number": "{{ extra.Number }}"}), wanted("4711", is_number=True)),
        (lookup(4711), wanted("4711", is_number=True)),
        (lookup("4711"), wanted("4711")),
        (lookup("V-1", otherwise=None), wanted("V-1", quiet=True)),
        (lookup("V-1", otherwise=""), wanted("V-1", quiet=True)),
        (lookup("{{ subject }}"), None),
        (lookup("{{ subject }}", otherwise=None), None),
        (lookup("{{ subject }}", otherwise={"queue": "Callbacks"}), Ref("queue", "Callbacks")),
        ({"queue": "{{ subject }}", "otherwise": lookup("x")}, wanted("x")),
        ({"of": "{{ extra.Number }}", "table": {"4711": lookup("x")}}, wanted("x")),
    ],
)
def test_ref(raw: Any, ref: Ref | None) -> None:
    """A text is looked for as a text and a number as one; without a value there is what stands in for it."""
    assert ref == compile_value(raw)(NAMES)


def test_no_message_may_repeat_what_a_caller_typed() -> None:
    """The value may be their words."""
    ref = compile_value(lookup("{{ extra.Contract }}"))(NAMES)

    assert isinstance(ref, Ref)
    assert ref.of_caller


def test_is_written_as_in_the_rules() -> None:
    """So do fixtures and `map --json` show it."""
    fields = {
        "A__c": wanted("1"),
        "C__c": wanted("3", is_number=True),
        "B__c": wanted("2", otherwise=Ref("account_owner", "+4930", otherwise="005")),
    }

    assert {
        "A__c": {"lookup": "Contract__c", "by": "Number__c", "value": "1"},
        "C__c": lookup({"number": "3"}),
        "B__c": {**lookup("2"), "otherwise": {"account_owner": "+4930", "otherwise": "005"}},
    } == described(Record("Case", fields))["fields"]
