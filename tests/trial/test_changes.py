"""What a change of the rules changes for a callback."""

import pytest

from app.trial.changes import Change, compare
from tests.trial.rules import tried

OLD = """\
rules:
  - name: b2b
    when: {AcdGroupsName: B2B}
    fields: {Priority: High}
  - name: all
    fields: {Subject: "Callback for {{ caller }}", Priority: Medium, OwnerId: {queue: A}}
"""


def test_nothing_changes(tmp_path):
    """The same rules elsewhere in the file are the same rules."""
    assert () == changes(tmp_path, f"# A comment.\n\n{OLD}")


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("Medium", "Low", [("fields.Priority", "Medium", "Low")]),
        ("Priority: Medium, ", "", [("fields.Priority", "Medium", None)]),
        ("{queue: A}", "{queue: B}", [("fields.OwnerId", {"queue": "A"}, {"queue": "B"})]),
        ("name: all", "name: rest", [("rule", "all", "rest")]),
        ("name: all", "name: all\n    merge: 90 min", [("merge", None, "1 h 30 min")]),
        ("name: all", "name: all\n    require: [Subject]", [("require", None, ["Subject"])]),
        (
            "{Priority: High}\n  - name: all\n    fields:",
            "{Priority: High}\n  - {name: tests, when: {AcdEventsID: 1}, skip: why}\n  - name: all\n    fields:",
            [
                ("rule", "all", "tests"),
                ("skip", None, "why"),
                ("object", "Case", None),
                ("fields.Subject", "Callback for +4930901820", None),
                ("fields.Priority", "Medium", None),
                ("fields.OwnerId", {"queue": "A"}, None),
            ],
        ),
        (
            "- name: all",
            "- name: all\n    mapper: tests.mapping.mappers:TaskMapper",
            [("object", "Case", "Task"), ("fields.Days__c", None, 1)],
        ),
        (
            "AcdGroupsName: B2B",
            "AcdGroupsName: Sales",
            [
                ("rule", "all", "b2b"),
                ("fields.Subject", "Callback for +4930901820", None),
                ("fields.Priority", "Medium", "High"),
                ("fields.OwnerId", {"queue": "A"}, None),
            ],
        ),
    ],
)
def test_changes_of_a_callback(tmp_path, was, becomes, expected):
    """Each part that is another is told with what it was and what it is."""
    found = [(one.part, one.old, one.new) for one in changes(tmp_path, OLD.replace(was, becomes))]

    assert expected == found


def test_places(tmp_path):
    """A change tells the line that gave the old value and the line that gives the new one."""
    (change,) = changes(tmp_path, f"# Moved.\n{OLD.replace('Medium', 'Low')}")

    assert change.old_origin is not None
    assert change.new_origin is not None
    assert (("old.yaml", 6), ("rules.yaml", 7)) == tuple(
        (origin.file.rpartition("/")[2], origin.line) for origin in (change.old_origin, change.new_origin)
    )


def test_refusal(tmp_path):
    """A callback that is refused now, and one that is refused as before though its message names another line."""
    strict = OLD.replace("name: all", "name: all\n    require: [Reason__c]").replace(
        "Subject:", 'Reason__c: "{{ extra.No }}", Subject:'
    )

    refused = changes(tmp_path, strict)[0]

    assert ("refused", None, "required_value_empty") == (refused.part, refused.old, refused.new)
    assert () == compare(tried(tmp_path, strict, "old.yaml"), tried(tmp_path, f"# Moved.\n{strict}")).changes


def changes(folder, new: str) -> tuple[Change, ...]:
    sent = {"AcdGroupsName": "Sales"}
    return compare(tried(folder, OLD, "old.yaml", **sent), tried(folder, new, **sent)).changes
