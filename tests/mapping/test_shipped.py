"""What holds for whatever the shipped configuration maps."""

import json
from pathlib import Path

from hypothesis import given

from app.crm.lengths import LIMITS, Limit, fitted
from app.domain.callback import Callback
from app.mapping.config import load_config
from app.payload import read
from tests.payload.reading import RECEIVED_AT
from tests.payload.strategies import PROPERTY, callback_objects

CONFIG = load_config(Path(__file__).parents[2] / "config" / "ringback.yaml")


@PROPERTY
@given(callback_objects())
def test_every_callback_becomes_a_case(fields):
    """Every callback has a rule, and every record is a Case that fits: nothing is too long, nothing required empty."""
    callback = callback_of(fields)
    record = fitted(CONFIG.rule_for(callback).apply(callback))

    assert "Case" == record.object
    assert record.fields["Subject"]
    assert [] == [name for name, value in record.fields.items() if not LIMITS.get(name, Limit(255)).fits(str(value))]


@PROPERTY
@given(callback_objects())
def test_every_case_can_be_sent(fields):
    """Every record can be written as JSON in UTF-8: no lone surrogate and no NUL comes through."""
    callback = callback_of(fields)
    fields = CONFIG.rule_for(callback).apply(callback).fields

    assert json.dumps(dict(fields), ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert [] == [name for name, value in fields.items() if "\x00" in str(value)]


def callback_of(fields: dict[str, object]) -> Callback:
    """The callback that jtel means by `fields`, wrappers left aside."""
    inner = {name: value for name, value in fields.items() if name.lower() not in ("acdevent", "records")}
    return read(json.dumps(inner).encode(), b"", CONFIG.sources["default"], RECEIVED_AT)
