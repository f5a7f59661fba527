"""Names in `app/` say what a thing is, and each class has its own."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"
FILES = [path.relative_to(APP).as_posix() for path in sorted(APP.rglob("*.py"))]
# They are true of anything: the name of the thing is wanted. HTTP's own words are not ours to choose.
_EMPTY = re.compile(r"(?:^|_)(?:made|moves|contents?|current|in_time|own_or_noted)(?:_|$)", re.IGNORECASE)
_HTTP = re.compile(r"^_?(?:max_)?content_(?:type|length|consumed)$|^_content$", re.IGNORECASE)


def parsed(path: str) -> ast.Module:
    """Not kept: every process of a test run would carry all of `app/` along."""
    return ast.parse((APP / path).read_text())


def names(tree: ast.Module) -> Iterator[str]:
    """What the file names itself: functions, classes, parameters, variables and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def test_no_class_name_stands_twice() -> None:
    """Who looks for a class by its name finds one."""
    places = defaultdict(list)
    for path in FILES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path)

    assert {} == {name: where for name, where in places.items() if len(where) > 1}


@pytest.mark.parametrize("path", FILES)
def test_names_say_what_a_thing_is(path: str) -> None:
    """No file, function, class, attribute or parameter has a name that would suit anything."""
    found = {name for name in (Path(path).stem, *names(parsed(path))) if _EMPTY.search(name)}

    assert set() == {name for name in found if not _HTTP.search(name)}
