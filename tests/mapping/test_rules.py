"""What rules make of a callback, as files in `cases/`.

`<name>.yaml` is a configuration and `<name>.in.json` a payload (without it, `callback.json` is meant);
`<name>.out.json` holds the rule and the record, or the rule, the reason and the message.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import MappingError, SkippedError
from app.mapping.config import load_config
from app.payload import read
from tests.mapping.records import as_json
from tests.payload.reading import RECEIVED_AT, named, sibling

CASES = Path(__file__).parent / "cases"


NAMES = sorted(path.with_suffix("") for path in CASES.glob("*.yaml"))
FAILING = [name for name in NAMES if '"reason"' in sibling(name, ".out.json").read_text(encoding="utf-8")]
SHORTEST_VALUE = 4
CODE = """{{ callback_number }}" ~ caller ~ "' ~ caller ~ '\\ \n}} {% raw %} {# ü"""
ENVIRONMENT = {"CLOCK": "Europe/London", "GROUP": "SERVICE_B2B", "OFF": "false", "KEY": "a key", "CODE": CODE}


@pytest.mark.parametrize("name", named(NAMES, CASES))
def test_applies_the_rule(name):
    """The configuration makes of the payload what is written beside it: a record, or a reason that names its rule."""
    expected = json.loads(sibling(name, ".out.json").read_text(encoding="utf-8"))

    assert expected == outcome_of(name)


@pytest.mark.parametrize("name", named(FAILING, CASES))
def test_message_tells_no_value(name):
    """When a rule fails, its message repeats nothing that the caller sent."""
    message = outcome_of(name)["message"]
    values = [str(value) for value in json.loads(payload_of(name).read_text(encoding="utf-8")).values()]

    assert [] == [value for value in values if len(value) >= SHORTEST_VALUE and value in message]


def test_mapping_is_pure():
    """The same callback gives an equal record every time, also after other callbacks."""
    name = CASES / "templates-know-every-friendly-name"
    first = outcome_of(name)
    outcome_of(CASES / "what-has-no-value-is-left-out")

    assert first == outcome_of(name)


def outcome_of(name: Path) -> dict[str, Any]:
    """What the case comes to, as its file holds it."""
    config = load_config(sibling(name, ".yaml"), ENVIRONMENT)
    callback = read(payload_of(name).read_bytes(), b"", config.sources["default"], RECEIVED_AT)
    rule = config.rule_for(callback)
    try:
        return {"rule": rule.name, **as_json(rule.apply(callback))}
    except (MappingError, SkippedError) as error:
        return {"rule": rule.name, "reason": error.reason.word, "message": error.message}


def payload_of(name: Path) -> Path:
    """The payload of the case, or the one that all cases share."""
    own = sibling(name, ".in.json")
    return own if own.exists() else CASES / "callback.json"
