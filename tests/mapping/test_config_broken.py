"""Broken configurations, as files: `broken/<name>.yaml`, and in `<name>.problems.txt` what an admin is told."""

from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.mapping.codes import Code, Severity
from app.mapping.config import find_problems, load_config
from app.mapping.problems import Problem
from tests.payload.reading import named

BROKEN = Path(__file__).parent / "broken"
ENVIRONMENT = {
    "ZONE": "Moon/Crater",
    "NUMBER": "030 901820",
    "EMPTY": "",
    "REGION": "Deutschland",
    "HOURS": "8am-6pm",
    "DAY": "24.12.",
    "LENGTH": "17 Minuten",
    "TEXT": "\u201eGeheim*\u201c",
}

NAMES = sorted(path.with_suffix("") for path in BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("name", named(NAMES, BROKEN))
def test_tells_all_problems(name):
    """Every mistake is told: where it is, what would be right, and the word of its kind.

    Exactly the errors stop the start; what has only warnings starts.
    """
    path = name.with_suffix(".yaml")
    problems = find_problems(path, ENVIRONMENT)
    errors = [str(one) for one in problems if one.severity is Severity.ERROR]

    assert expected_of(name) == [line_of(problem) for problem in problems]
    if not errors:
        assert load_config(path, ENVIRONMENT).rules
        return
    with pytest.raises(ConfigError) as caught:
        load_config(path, ENVIRONMENT)
    assert errors == caught.value.problems


def test_every_file_belongs_to_a_pair():
    """Each configuration has its problems written down, and no list of problems is left over."""
    assert NAMES == sorted(path.with_name(path.name.removesuffix(".problems.txt")) for path in BROKEN.glob("*.txt"))


def test_every_kind_of_problem_is_shown():
    """For each word in the table there is a file that shows it, but for what is not in the file."""
    shown = {line.rpartition(" [")[2].removesuffix("]") for name in NAMES for line in expected_of(name)}
    elsewhere = {Code.SECRET_SHORT, Code.MAPPER_SHADOWED, Code.JTEL_SETTING_MISSING}

    assert {code.word for code in elsewhere} == {code.word for code in Code} - shown


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_what_cannot_be_read_is_told(name):
    """A file that is not there, or is none, is one clear problem."""
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        load_config(BROKEN / name)

    assert 1 == len(caught.value.problems)
    assert [Code.FILE_UNREADABLE] == [problem.code for problem in find_problems(BROKEN / name)]


def expected_of(name: Path) -> list[str]:
    """What an admin is to read of the file."""
    return name.with_suffix(".problems.txt").read_text(encoding="utf-8").splitlines()


def line_of(problem: Problem) -> str:
    """The problem as the files hold it."""
    return f"{problem} [{problem.code.word}]".replace(problem.file, Path(problem.file).name)
