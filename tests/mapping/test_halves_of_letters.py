"""YAML that was written as JSON, with letters in two halves."""

import pytest

from app.mapping.config import read_pasted


@pytest.mark.parametrize(
    "where", ["{name: a, when: {subject: %s}}", "{name: a, when: {body: x}, fields: {Subject: %s}}"]
)
@pytest.mark.parametrize(("written", "errors"), [(r'"\ud83d\ude00"', 0), (r'"\ud83d"', 1), (r'"\ude00\ud83d"', 1)])
def test_two_halves_are_a_letter_and_one_is_none(where: str, written: str, errors: int) -> None:
    """A pattern that is compared with it fails for neither."""
    rules = f"rules: [{where % written}, {{name: b, when: {{subject: {{matches: 'a.*'}}}}}}, {{name: c}}]"
    _, problems = read_pasted(rules)

    assert [problem.text for problem in problems] == ["this is no value: it holds half a letter"] * errors


def test_a_key_with_one_half_is_told_too() -> None:
    _, problems = read_pasted(r'rules: [{name: a, "\ud83d": 1}]')

    assert [problem.text.encode() for problem in problems]
