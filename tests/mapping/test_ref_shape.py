"""Refs that a mapper's code has made wrongly: the mapper's fault, told of the field, and worth no callback."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref
from app.mapping.explain import Explanation, Fate, explain
from app.mapping.mapper import Mapper
from app.mapping.origins import Origin
from app.mapping.ref_shape import LONGEST_CHAIN
from app.mapping.rules import Config, Rule
from app.mapping.templates import Fields
from app.payload import read
from tests.mapping.test_page import CALLBACK
from tests.payload.reading import RECEIVED_AT, SOURCE

GOOD = Ref("queue", "Callbacks")


class Giving(Mapper):
    """Gives the owner that the test wants, whatever the signature says."""

    def __init__(self, owner: Any, require: Any) -> None:
        super().__init__(Fields({}), {})
        self.owner = owner
        self.require = require

    def map(self, callback: Callback) -> Record:
        """A Case with this owner."""
        return Record("Case", {"Subject": "x", "OwnerId": self.owner}, require=self.require)


def rule_of(owner: Any, *require: str, by_record: Any = frozenset()) -> Rule:
    return Rule("all", Giving(owner, by_record), require=require)


def callback() -> Callback:
    return read(json.dumps(CALLBACK).encode(), b"", SOURCE, RECEIVED_AT)


def chain(length: int) -> Ref:
    ref = GOOD
    for _ in range(length - 1):
        ref = replace(ref, otherwise=ref)
    return ref


def circle() -> Ref:
    ref = Ref("queue", "Callbacks")
    object.__setattr__(ref, "otherwise", ref)
    return ref


WRONG: list[tuple[Any, str]] = [
    (Ref("queue", None), "without a name"),  # type: ignore[arg-type]
    (Ref("queue", 7), "name is of the type int"),  # type: ignore[arg-type]
    (Ref("queue", b"Callbacks"), "name is of the type bytes"),  # type: ignore[arg-type]
    (Ref("queue", ["Callbacks"]), "name is of the type list"),  # type: ignore[arg-type]
    (Ref("queue", GOOD), "name is of the type Ref"),  # type: ignore[arg-type]
    (Ref("queue", "Call\ud83dbacks"), "name holds half a character"),
    (Ref(None, "Callbacks"), "kind is of the type NoneType"),  # type: ignore[arg-type]
    (Ref(["queue"], "Callbacks"), "kind is of the type list"),  # type: ignore[arg-type]
    (Ref("user", "anna", 3), "by is of the type int"),  # type: ignore[arg-type]
    (Ref("user", "anna", ["alias"]), "by is of the type list"),  # type: ignore[arg-type]
    (Ref("user", "anna", otherwise=[GOOD]), "`otherwise` is no value"),  # type: ignore[arg-type]
    (Ref("user", "anna", otherwise=float("nan")), "`otherwise` is no value"),
    (Ref("user", "anna", otherwise=datetime(2026, 11, 21, 10, 0)), "`otherwise` is no value"),
    (Ref("user", "anna", otherwise=Ref("queue", 7)), "name is of the type int"),  # type: ignore[arg-type]
    (Ref("user", None, otherwise=Ref("queue", None)), "without a name"),  # type: ignore[arg-type]
    (chain(LONGEST_CHAIN + 1), f"more than {LONGEST_CHAIN} in its `otherwise`"),
    (chain(5_000), f"more than {LONGEST_CHAIN} in its `otherwise`"),
    (circle(), f"more than {LONGEST_CHAIN} in its `otherwise`"),
]
IDS = [f"{number}-{said}" for number, (_, said) in enumerate(WRONG)]


@pytest.mark.parametrize(("owner", "said"), WRONG, ids=IDS)
def test_field_is_left_out(owner: Any, said: str) -> None:
    """The record is made without the field, which is told to have failed, by whom, and how."""
    record = rule_of(owner).apply(callback())

    assert {"Subject": "x"} == record.fields
    assert "Giving gives OwnerId a Ref " in record.failed["OwnerId"]
    assert said in record.failed["OwnerId"]
    assert record.failed["OwnerId"].endswith("Its developer has to mend it.")


@pytest.mark.parametrize(("owner", "said"), WRONG, ids=IDS)
@pytest.mark.parametrize("by_record", [False, True])
def test_required_field_refuses(owner: Any, said: str, by_record: bool) -> None:
    """Where the rule or the record requires the field the callback is refused, as the mapper's fault."""
    rule = rule_of(owner, by_record={"OwnerId"}) if by_record else rule_of(owner, "OwnerId")
    with pytest.raises(MappingError) as caught:
        rule.apply(callback())

    assert Reason.MAPPING_FAILED is caught.value.reason
    assert "OwnerId" in caught.value.message
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("owner", "kept"),
    [
        (GOOD, GOOD),
        (Ref("queue", ""), Ref("queue", "")),
        (Ref("queue", "x" * 1_000_000), Ref("queue", "x" * 1_000_000)),
        (Ref("user", None, otherwise=GOOD), GOOD),  # type: ignore[arg-type]
        (Ref("user", None, otherwise=Ref("user", None, otherwise="005x")), "005x"),  # type: ignore[arg-type]
        (Ref("user", "anna", otherwise=Ref("queue", None)), Ref("user", "anna")),  # type: ignore[arg-type]
        (
            Ref("user", "anna", "alias", Ref("queue", None, otherwise=GOOD)),  # type: ignore[arg-type]
            Ref("user", "anna", "alias", GOOD),
        ),
        (chain(LONGEST_CHAIN), chain(LONGEST_CHAIN)),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_can_be_looked_up_is_kept(owner: Any, kept: Any) -> None:
    """A ref without a name is passed over, as in the rules; all others stay as they are."""
    record = rule_of(owner).apply(callback())

    assert (kept, {}) == (record.fields["OwnerId"], record.failed)


@pytest.mark.parametrize(
    "owner", [[GOOD], (GOOD,), {"queue": "Callbacks"}, {GOOD}, Ref, lambda: GOOD], ids=lambda value: str(value)[:20]
)
def test_ref_in_a_wrong_place(owner: Any) -> None:
    """A Ref within something else is no value, and the field is named."""
    with pytest.raises(MappingError, match="gives OwnerId a value that is no text") as caught:
        rule_of(owner).apply(callback())

    assert Reason.MAPPING_FAILED is caught.value.reason


@pytest.mark.parametrize("require", [None, "Subject", [GOOD], [None], 3], ids=repr)
def test_odd_require(require: Any) -> None:
    """What a record requires are names of fields."""
    with pytest.raises(MappingError, match="not made like Record") as caught:
        rule_of(GOOD, by_record=require).apply(callback())

    assert Reason.MAPPING_FAILED is caught.value.reason


@pytest.mark.parametrize(("owner", "said"), WRONG, ids=IDS)
def test_it_is_explained(owner: Any, said: str) -> None:
    """What `ringback map` shows: the field is not sent, and why."""
    rule = replace(rule_of(owner), origins={"mapper": Origin("all", "ringback.yaml", 3, "")})
    explained: Explanation = explain(Config({}, [rule]), callback())
    (story,) = (one for one in explained.fields if one.name == "OwnerId")

    assert (Fate.FAILED, None) == (story.fate, story.value)
    assert said in story.note
