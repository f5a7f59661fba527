"""Finds a mapper class by the name that a rule gives: a built-in one, or `package.module:Class`."""

import importlib
import inspect

from app.mapping.case import CaseMapper
from app.mapping.codes import Code
from app.mapping.mapper import Mapper
from app.mapping.problems import WrongError

BUILT_IN: dict[str, type[Mapper]] = {"case": CaseMapper}
KNOWN_MAPPERS = f"known: {', '.join(BUILT_IN)}, or package.module:Class"


def find_mapper(name: str) -> type[Mapper]:
    """The class behind `name`. Raises `ValueError` with a sentence that says what is known or what failed."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    module_name, separator, class_name = name.partition(":")
    if not separator:
        raise WrongError(Code.UNKNOWN_MAPPER, f'unknown mapper "{name}"; {KNOWN_MAPPERS}')
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    # The module is foreign code: anything may come out of its import.
    except Exception as error:
        raise WrongError(
            Code.MAPPER_BROKEN, f'mapper "{name}" cannot be imported: {type(error).__name__}: {error}'
        ) from error
    if not (isinstance(found, type) and issubclass(found, Mapper)):
        raise WrongError(Code.MAPPER_BROKEN, f'mapper "{name}" is no subclass of app.mapping.Mapper')
    if inspect.isabstract(found):
        raise WrongError(Code.MAPPER_BROKEN, f'mapper "{name}" has no method `map`')
    return found
