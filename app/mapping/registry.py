"""Finds a mapper class by the name that a rule gives: a built-in one, an installed one, or `package.module:Class`."""

import importlib
import inspect
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from marshmallow import Schema

from app.mapping.case import CaseMapper
from app.mapping.codes import Code
from app.mapping.mapper import Mapper
from app.mapping.outside import may_load
from app.mapping.problems import WrongError, did_you_mean

GROUP = "ringback.mappers"
BUILT_IN: dict[str, type[Mapper]] = {"case": CaseMapper}


def find_mapper(name: str) -> type[Mapper]:
    """The class behind `name`. Raises `WrongError` with a sentence that says what is known or what failed."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    given = _given(name)
    if len(given) > 1:
        raise _broken(name, f"is given by several packages: {_packages(given)}. Uninstall one of them")
    if given:
        return _checked(name, _load(name, given[0].module, given[0].load), f" ({given[0].value})")
    module_name, separator, class_name = name.partition(":")
    if not separator:
        raise WrongError(Code.UNKNOWN_MAPPER, _unknown(name))
    return _checked(name, _load(name, module_name, lambda: getattr(importlib.import_module(module_name), class_name)))


def shadowed(name: str) -> str:
    """The packages whose mapper of this name is not taken, since it is the name of a built-in one; mostly none."""
    return _packages(_given(name)) if name in BUILT_IN else ""


def known_mappers() -> str:
    """What may stand in `mapper:`, for a message."""
    return f"known: {', '.join(_names())}, or package.module:Class"


@cache
def _installed() -> tuple[EntryPoint, ...]:
    # Looking through all that is installed takes a while, and what is installed does not change while Ringback runs.
    return tuple(entry_points(group=GROUP))


def _given(name: str) -> list[EntryPoint]:
    return [point for point in _installed() if point.name == name]


def _packages(points: list[EntryPoint]) -> str:
    return " and ".join(sorted({point.dist.name if point.dist else "?" for point in points}))


def _names() -> list[str]:
    return [*BUILT_IN, *sorted({point.name for point in _installed()} - set(BUILT_IN))]


def _load(name: str, module: str, load: Callable[[], Any]) -> Any:
    if not may_load(module):
        raise _broken(name, "is not loaded, and what is pasted loads none: take one that the service uses already")
    try:
        return load()
    # The module is foreign code: anything may come out of its import, also the end of a script.
    except (Exception, SystemExit) as error:
        raise _broken(name, f"cannot be imported: {type(error).__name__}: {error}") from error


def _checked(name: str, found: Any, place: str = "") -> type[Mapper]:
    if not (isinstance(found, type) and issubclass(found, Mapper)):
        raise _broken(f"{name}", f"is no subclass of app.mapping.Mapper{place}")
    if inspect.isabstract(found):
        raise _broken(name, f"has no method `map`{place}")
    if not (isinstance(found.Options, type) and issubclass(found.Options, Schema)):
        raise _broken(name, f"has Options that are no marshmallow Schema{place}")
    return found


def _unknown(name: str) -> str:
    meant = did_you_mean(name, _names())
    return f'unknown mapper "{name}"; {meant + " K" if meant else "k"}{known_mappers()[1:]}'


def _broken(name: str, text: str) -> WrongError:
    return WrongError(Code.MAPPER_BROKEN, f'mapper "{name}" {text}')
