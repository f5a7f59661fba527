"""Rules and callbacks that nobody has thought of, for what has to hold for all of them."""

import json
from typing import Any

from hypothesis import strategies as st

from app.mapping.filters import FILTERS
from app.mapping.names import KNOWN_NAMES
from tests.payload.strategies import bodies, callback_objects

_NAMES = sorted(KNOWN_NAMES - {"extra"})
_ASKED = st.sampled_from(["subject", "service_name", "AcdGroupsID", "group_foreign_id", "callback_number", "Caller"])
_TEXTS = st.sampled_from(["", "B2B", "4711", "SERVICE_B2B", "+4930901820", "235", "ä€😀", "x" * 300]) | st.text(
    max_size=8
)
_FIELDS = ("Subject", "Description", "Priority", "Origin", "SuppliedPhone", "Comments", "Plan__c", "Reached__c")


_LITERALS = _TEXTS.map(lambda text: text.replace("{", "(").replace("}", ")"))
_NAMED = st.sampled_from(_NAMES).map(lambda name: f"{{{{ {name} }}}}")
_FILTERED = st.sampled_from([one.template for one in FILTERS.values()])
_CHOSEN = st.builds(
    lambda name, one, other: f"{{% if {name} %}}{one}{{% else %}}{other}{{% endif %}}",
    st.sampled_from(_NAMES),
    _NAMED | _FILTERED,
    _LITERALS | _FILTERED,
)
_REPEATED = st.builds(
    lambda name, times: f"{{{{ ({name} or 'x') * {times} }}}}",
    st.sampled_from(["Subject", "Body"]),
    st.integers(0, 5000),
)
TEMPLATES = st.lists(_LITERALS | _NAMED | _FILTERED | _CHOSEN | _REPEATED, min_size=1, max_size=3).map("".join)
_TABLES = st.builds(
    lambda name, rows, default: {"of": name, "table": rows, "default": default},
    st.sampled_from(["AcdGroupsID", "subject", "service_name"]),
    st.dictionaries(st.sampled_from(["B2B", "4711", "235", "Hotline"]), TEMPLATES, min_size=1, max_size=3),
    TEMPLATES,
)
_REFS = st.builds(lambda name: {"queue": name}, st.sampled_from(["B2B Support", "{{ group_name }}", "{{ subject }}"]))
VALUES = TEMPLATES | _TABLES | _REFS | st.integers(-5, 10**12) | st.booleans() | st.none()
CONDITIONS = st.one_of(
    _LITERALS.filter(bool),
    st.sampled_from([{"present": True}, {"missing": True}, {"not": "4711"}, {"matches": "(?i).*b2b.*"}]),
    st.lists(st.sampled_from(["235", "4711", "B2B"]), min_size=1, max_size=3, unique=True),
)
_WHEN = st.dictionaries(_ASKED, CONDITIONS, min_size=1, max_size=2)
_FIELD_VALUES = st.dictionaries(st.sampled_from(_FIELDS), VALUES, max_size=4)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """A configuration as a text. It may have errors."""
    rules: list[dict[str, Any]] = [
        {"name": f"rule-{number}", "when": draw(_WHEN), "fields": draw(_FIELD_VALUES)}
        for number in range(draw(st.integers(0, 3)))
    ]
    rules.append({"name": "the-rest", "fields": draw(_FIELD_VALUES)})
    if draw(st.booleans()):
        rules[0]["require"] = [draw(st.sampled_from(_FIELDS))]
    defaults = {"fields": {"Subject": draw(TEMPLATES), "Description": "{{ summary }}"}}
    # Every JSON is YAML.
    return json.dumps({"defaults": defaults, "rules": rules}, ensure_ascii=draw(st.booleans()))


# Built once: that takes longer than to draw from them.
_BODIES, _OBJECTS = bodies(), callback_objects()
_SENT = st.dictionaries(st.sampled_from(["Subject", "Body", "ServiceNumbersName", "AcdGroupsID", "Caller"]), _TEXTS)


@st.composite
def payloads(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A body and a query as jtel sends them; sometimes they are none."""
    if draw(st.integers(0, 9)) == 0:
        return draw(_BODIES), b""
    sent = {**draw(_OBJECTS), **draw(_SENT)}
    return json.dumps(sent, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass"), b""
