"""Loads simple-salesforce, without what it brings along for what Ringback does not do, or seldom does.

A seventh of the memory would go into SOAP (zeep, lxml, xml), bulk calls and what guesses encodings (`requests`), and a
tenth into PyJWT with cryptography, which is loaded by the first login that signs.
"""

import importlib
import importlib.metadata
import sys
from types import ModuleType
from typing import Any


class _Unused(ModuleType):
    """Has all names that somebody may import, and each stands for nothing."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


class _Later(ModuleType):
    """Is loaded when something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return importlib.metadata.version(_LATER[self.__name__])
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


_UNUSED = ("more_itertools", "xml.etree.ElementTree", "zeep", "zeep.proxy", "zeep.xsd")
# With the names of their packages.
_LATER = {"charset_normalizer": "charset-normalizer", "jwt": "PyJWT"}


def load() -> None:
    """To be called before anything of simple-salesforce is imported."""
    if "simple_salesforce" in sys.modules:
        return
    stand_ins = {name: _Unused(name) for name in _UNUSED} | {name: _Later(name) for name in _LATER}
    stand_ins = {name: one for name, one in stand_ins.items() if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        importlib.import_module("simple_salesforce")
    finally:
        for name in stand_ins:
            del sys.modules[name]
