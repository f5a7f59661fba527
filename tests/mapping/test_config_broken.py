"""Broken configurations, as files: `broken/<name>.yaml`, and in `<name>.problems.txt` what an admin is told."""

from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.mapping.config import load_config
from tests.payload.reading import with_bugs

BROKEN = Path(__file__).parent / "broken"

KNOWN_BUGS = {
    "colon-in-a-text": "the commonest mistake of all gets YAML's jargon, not the cure",
    "control-character": "one problem in two lines, without line and column",
    "date-for-a-value": "a date is called a list",
    "infinite-number": "loads, though JSON has no such number",
    "keys-without-value": "`Field may not be null.` does not say what to do",
    "mapper-is-a-list": "the message shows Python's list",
    "mapper-without-map": "the start ends with a TypeError in place of a problem",
    "merge-key": "a mapping of nothing but a merge key ends with a TypeError",
    "option-for-a-mapper-without": "`Known: ` is followed by nothing",
    "option-in-the-defaults-unknown": "told once for each rule, at lines where the option is not",
    "option-of-wrong-type": "`Not a valid boolean.` does not say what is wanted",
    "options-of-a-mapper-that-is-misspelt": "the options are checked against the mapper of the defaults",
    "region-is-a-list": "ends with a TypeError",
    "required-field-is-set-nowhere": "loads, and then refuses every callback",
    "rule-names": "the messages do not say what is wanted",
    "rule-that-is-never-reached": "loads without a word",
    "rules-as-mapping": "`Not a valid list.` does not say what is wanted",
    "rules-without-value": "`Field may not be null.` does not say what is wanted",
    "tag-for-a-value": "a tag is called a list",
    "template-includes": "loads, and then fails with every callback",
    "template-name-unknown": "loads, and then fails with every callback",
    "template-without-quotes": "the message shows Python's dict and speaks of references",
    "template-without-quotes-and-more": "YAML's jargon, not the cure",
    "two-documents": "half of YAML's sentence is missing",
    "when-field-unknown": "28 names, but not the one that is meant",
    "when-without-value": "`Field may not be null.` does not say what to do",
    "windows-1252": "a byte offset in place of line and column, and no cure",
    "wrong-shapes": "`Not a valid mapping type.` and the like do not say what is wanted",
}

NAMES = sorted(path.with_suffix("") for path in BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("name", with_bugs(NAMES, BROKEN, KNOWN_BUGS))
def test_tells_all_problems(name):
    """A broken configuration stops the start, and every mistake is told: where it is and what would be right."""
    path = name.with_suffix(".yaml")

    with pytest.raises(ConfigError) as caught:
        load_config(path)

    expected = name.with_suffix(".problems.txt").read_text(encoding="utf-8").splitlines()

    assert expected == [problem.replace(str(path), path.name) for problem in caught.value.problems]


def test_every_file_belongs_to_a_pair():
    """Each configuration has its problems written down, and no list of problems is left over."""
    assert NAMES == sorted(path.with_name(path.name.removesuffix(".problems.txt")) for path in BROKEN.glob("*.txt"))


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_what_cannot_be_read_is_told(name):
    """A file that is not there, or is none, is one clear problem."""
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        load_config(BROKEN / name)

    assert 1 == len(caught.value.problems)
