"""What a mapper class gets and needs. How rules use one is in `cases/own-mapper-*`."""

import pytest

import app.mapping
from app.mapping import Mapper
from app.mapping.registry import BUILT_IN, find_mapper
from tests.mapping.mappers import TaskMapper


def test_everything_a_mapper_needs_is_in_one_place():
    """A developer imports from `app.mapping` alone."""
    types = {"Callback", "Person", "Source", "Record", "Ref", "Value"}

    assert types | {"Mapper", "CaseMapper", "CaseOptions", "MappingError", "Reason"} == set(app.mapping.__all__)


def test_found_by_its_path():
    """`package.module:Class` is that very class."""
    assert TaskMapper is find_mapper("tests.mapping.mappers:TaskMapper")


@pytest.mark.parametrize("name", BUILT_IN)
def test_found_by_its_name(name):
    """A built-in mapper has a short name."""
    assert issubclass(find_mapper(name), Mapper)


@pytest.mark.parametrize("name", ["", ":", "case:", ":Case", "tests:", ".mappers:TaskMapper", "a b:c", "os:path"])
def test_nonsense_is_told(name):
    """Whatever stands in `mapper:` that is none is a sentence that names it, not an exception of Python's."""
    with pytest.raises(ValueError, match="mapper") as caught:
        find_mapper(name)

    assert f'"{name}"' in str(caught.value)
