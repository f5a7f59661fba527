"""Which names of refs a message may repeat: those that an admin wrote, in the rules or in jtel."""

from collections.abc import Mapping

import pytest

from app.domain.record import Ref
from app.mapping.references import compile_reference
from app.mapping.render import compile_template

NAMES = {"subject": "Anna Zyrkowska", "group_name": "B2B", "group_foreign_id": "SERVICE_B2B", "service_name": None}


@pytest.mark.parametrize(
    ("raw", "of_caller"),
    [
        ({"queue": "B2B Support"}, False),
        ({"queue": "{{ group_name }}"}, False),
        ({"queue": "{{ subject }}"}, True),
        ({"record_type": "{{ group_name }} of {{ subject }}"}, True),
        ({"queue": "{{ subject }}", "otherwise": "x"}, True),
    ],
)
def test_whose_words_a_name_is(raw: Mapping[str, str], of_caller: bool) -> None:
    """What a template makes of anything but the names of groups and numbers may be a caller's words."""
    kind = next(iter(raw))
    ref = compile_reference(kind, raw, lambda value: compile_template(value or ""))(NAMES)

    assert isinstance(ref, Ref)
    assert of_caller is ref.of_caller
