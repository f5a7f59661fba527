"""Loads simple-salesforce, without what it brings along for what Ringback does not do, or seldom does.

A tenth of the start and of the memory would go into SOAP (zeep, lxml) for the Metadata API, and as much into PyJWT with
cryptography, which is loaded by the first login that signs.
"""

import importlib
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
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


_STAND_INS = (_Unused("zeep"), _Unused("zeep.proxy"), _Unused("zeep.xsd"), _Later("jwt"))


def load() -> None:
    """To be called before anything of simple-salesforce is imported."""
    if "simple_salesforce" in sys.modules:
        return
    stand_ins = {one.__name__: one for one in _STAND_INS if one.__name__ not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        importlib.import_module("simple_salesforce")
    finally:
        for name in stand_ins:
            del sys.modules[name]
