"""Whatever an admin writes is a configuration or a list of problems, never an exception."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from app.domain.errors import ConfigError
from app.mapping.codes import Severity
from app.mapping.config import find_problems, load_config
from tests.mapping.examples import EXAMPLES
from tests.payload.strategies import PROPERTY

WORDS = (
    *(
        "sources",
        "defaults",
        "rules",
        "name",
        "when",
        "fields",
        "require",
        "with",
        "mapper",
        "merge",
        "default",
        "link",
    ),
    *(
        "timezone",
        "region",
        "groups",
        "matches",
        "missing",
        "present",
        "not",
        "within",
        "dates",
        "at_least",
        "mon-fri",
        "of",
    ),
    *("table", "queue", "user", "by", "otherwise", "number", "date", "boolean", "datetime", "contact", "x-y", "<<"),
    *("AcdGroupsID", "callback_number", "received_at", "waited", "source", "extra.X", "Subject", "case", "30 min"),
    *("{{ caller }}", "{{ caller", "{% if %}", "${HOME}", "$${", "08:00-17:00", "(", "a.*", "", "alias", "+49", "007"),
)
SCALARS = st.one_of(
    st.sampled_from(WORDS), st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.text(max_size=5)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(WORDS), SCALARS), inner, max_size=4)
    ),
    max_leaves=12,
)
PARTS = st.dictionaries(st.sampled_from(("when", "fields", "with", "require", "merge", "mapper")), ANYTHING, max_size=4)
RULES = st.lists(PARTS.map(lambda rule: {"name": "a", **rule}), min_size=1, max_size=3)
FILES = st.one_of(
    ANYTHING,
    st.fixed_dictionaries({"rules": RULES}, optional={"defaults": st.one_of(PARTS, ANYTHING), "sources": ANYTHING}),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A file to write to."""
    return tmp_path_factory.mktemp("any") / "ringback.yaml"


@settings(PROPERTY, max_examples=EXAMPLES)
@given(FILES)
def test_any_yaml_is_answered(file, written):
    """Any YAML at all starts, or is refused with problems; each problem has a line of the file."""
    text = io.StringIO()
    YAML(typ="safe").dump(written, text)
    file.write_text(text.getvalue(), encoding="utf-8")

    check(file)


@PROPERTY
@given(st.text(alphabet=st.sampled_from("arules:\n -{}[]\"'*&!|>%@#<$.0 \t"), max_size=60))
def test_any_text_is_answered(file, text):
    """Any text at all is refused with problems, or starts."""
    file.write_text(text, encoding="utf-8")

    check(file)


@pytest.mark.parametrize("depth", [10, 60, 100, 200, 400, 900])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ("{a: ", "}"), ("{queue: x, otherwise: ", "}")])
def test_any_depth_is_answered(file, depth, before, after):
    """However deep, it is told or read."""
    file.write_text(f"rules: [{{name: a, fields: {{F: {before * depth}{after * depth}}}}}]", encoding="utf-8")

    check(file)


def check(file):
    """Nothing but problems may come out, and errors are what stops the start."""
    environment = {"HOME": "{{ caller }}"}
    problems = find_problems(file, environment)
    errors = [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    lines = len(file.read_text(encoding="utf-8").splitlines()) + 1
    assert [] == [problem for problem in problems if problem.line is not None and not 1 <= problem.line <= lines]
    if not errors:
        assert load_config(file, environment).rules
        return
    with pytest.raises(ConfigError) as caught:
        load_config(file, environment)
    assert errors == caught.value.problems
