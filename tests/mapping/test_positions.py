"""How a place in the configuration is written. Lines and columns are proved by `broken/`."""

import pytest

from app.mapping.messages import flatten
from app.mapping.problems import dotted


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        (("rules",), "rules"),
        (("rules", 0, "fields", "Subject"), "rules[0].fields.Subject"),
        (("sources", "default", "groups", 235, "AcdGroupsName"), "sources.default.groups[235].AcdGroupsName"),
    ],
)
def test_dotted(path, expected):
    """A place reads like an expression: keys with dots, numbers in brackets."""
    assert expected == dotted(path)


def test_flatten_keeps_every_message():
    """Nested messages become pairs, none is lost, and marshmallow's own levels do not show."""
    messages = {"rules": {0: {"name": ["a", "b"], "when": {"ID": {"key": ["c"], "value": ["d"]}}}}, "_schema": ["e"]}
    expected = [
        (("rules", 0, "name"), "a"),
        (("rules", 0, "name"), "b"),
        (("rules", 0, "when", "ID"), "c"),
        (("rules", 0, "when", "ID"), "d"),
        ((), "e"),
    ]

    assert expected == [(one.path, one.text) for one in flatten(messages)]


def test_flatten_keeps_fields_of_such_names():
    """A field may be called as marshmallow calls its levels: its place still shows."""
    found = flatten({"fields": {"value": {"value": ["a"]}}}, {"fields": {"value": 1}})

    assert [(("fields", "value"), "a")] == [(one.path, one.text) for one in found]
