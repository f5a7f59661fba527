"""Mappers that an installed package gives under a name of their own."""

import sys

import pytest

from app.mapping import registry
from app.mapping.codes import Code
from app.mapping.config import find_problems, load_config
from app.mapping.problems import WrongError
from app.mapping.registry import find_mapper

MODULE = """
from app.mapping import Callback, Mapper, Record

class Task(Mapper):
    def map(self, callback: Callback) -> Record:
        return Record("Task", {"Subject": "x"})
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a package with entry points, as pip would leave it."""

    def install_package(name, **points):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = [f"{point} = {value}" for point, value in points.items()]
        (info / "entry_points.txt").write_text("\n".join(["[ringback.mappers]", *lines, ""]))
        (tmp_path / "ringback_acme.py").write_text(MODULE)
        registry._installed.cache_clear()

    monkeypatch.syspath_prepend(str(tmp_path))
    yield install_package
    registry._installed.cache_clear()
    sys.modules.pop("ringback_acme", None)


def test_found_by_the_name_of_its_entry_point(install):
    """What a package calls `task`, the YAML calls `task`."""
    install("acme", task="ringback_acme:Task")

    assert "ringback_acme" == find_mapper("task").__module__


def test_known_names_are_told(install):
    """A misspelt name brings up the installed ones."""
    install("acme", task="ringback_acme:Task")

    with pytest.raises(WrongError, match=r'unknown mapper "tsak"; did you mean task\? Known: case, task, or package'):
        find_mapper("tsak")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("ringback_acme:Tsak", "cannot be imported: AttributeError"),
        ("ringback_acme_2:Task", "cannot be imported: ModuleNotFoundError"),
        ("ringback_acme", r"is no subclass of app.mapping.Mapper \(ringback_acme\)"),
        ("ringback_acme:Callback", r"is no subclass of app.mapping.Mapper \(ringback_acme:Callback\)"),
    ],
)
def test_a_broken_entry_point_is_a_problem(install, tmp_path, value, said):
    """One that cannot be used is told at the line of the rule that wants it, and stops nothing else."""
    install("acme", task=value)
    config = tmp_path / "ringback.yaml"
    config.write_text("rules:\n  - name: all\n    mapper: task\n")

    with pytest.raises(WrongError, match=f'mapper "task" {said}'):
        find_mapper("task")
    assert [(3, Code.MAPPER_BROKEN)] == [(problem.line, problem.code) for problem in find_problems(config)]


def test_a_script_is_none(install, tmp_path):
    """A module that ends the process when it is imported ends nothing but the search for its mapper."""
    install("acme", task="ringback_acme:Task")
    (tmp_path / "ringback_acme.py").write_text("import sys\nsys.exit('usage: acme FILE')\n")

    with pytest.raises(WrongError, match='mapper "task" cannot be imported: SystemExit: usage: acme FILE'):
        find_mapper("task")


def test_a_broken_one_that_no_rule_wants_is_none(install, tmp_path):
    """Nothing is imported that no rule names."""
    install("acme", task="ringback_nowhere:Task")
    config = tmp_path / "ringback.yaml"
    config.write_text("rules:\n  - name: all\n")

    assert load_config(config).rules


def test_a_name_of_two_packages_is_a_problem(install):
    """It is not left to chance which one is taken."""
    install("acme", task="ringback_acme:Task")
    install("bolt", task="ringback_acme:Task")

    with pytest.raises(WrongError, match="is given by several packages: acme and bolt"):
        find_mapper("task")


def test_the_built_in_one_stays(install, tmp_path):
    """No package changes what `case` is, and that one would is told."""
    install("acme", case="ringback_acme:Task")
    config = tmp_path / "ringback.yaml"
    config.write_text("rules:\n  - name: one\n    when: {caller: '1'}\n    mapper: case\n  - name: all\n")

    assert "app.mapping.case" == find_mapper("case").__module__
    assert [(1, Code.MAPPER_SHADOWED), (4, Code.MAPPER_SHADOWED)] == [
        (problem.line, problem.code) for problem in find_problems(config)
    ]
    assert load_config(config).rules
