"""Every form and encoding of a callback, as files: what came, and the callback that it is."""

import json
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.callback import Callback, Person
from tests.payload.reading import named, read_request

FORMS = Path(__file__).parent / "forms"
EXPECTED = ".callback.json"
# The same for every form, or tested on its own (`sent`).
LEFT_OUT = ("source", "received_at", "sent")


NAMES = sorted(path.with_name(path.name.removesuffix(EXPECTED)) for path in FORMS.glob(f"*{EXPECTED}"))


@pytest.mark.parametrize("name", named(NAMES, FORMS))
def test_reads_the_form(name):
    """A request, whichever way it is encoded, becomes the callback that is written beside it."""
    callback = read_request(name)

    expected = json.loads(name.with_name(name.name + EXPECTED).read_text(encoding="utf-8"))

    assert expected == values_of(callback)


def test_every_request_has_its_callback():
    """No request file lies around untested."""
    requests = {path.with_suffix("") for path in FORMS.iterdir() if not path.name.endswith(EXPECTED)}

    assert set(NAMES) == requests


def values_of(callback: Callback) -> dict[str, Any]:
    """The fields that have a value, as JSON would hold them."""
    shown = [field for field in fields(callback) if field.init and field.name not in LEFT_OUT]
    empty = {field.name: field.default for field in shown if field.default is not MISSING} | {"extra": {}}
    values = {field.name: getattr(callback, field.name) for field in shown}
    return {name: _as_json(value) for name, value in values.items() if name not in empty or value != empty[name]}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Person):
        given = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        return {name: inner for name, inner in given.items() if inner is not None}
    return value
