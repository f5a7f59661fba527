"""Puts the rooms together. Nothing else does."""

from app.wiring.build import build_runtime
from app.wiring.org import build_org_check, build_org_trial
from app.wiring.runtime import Runtime, named
from app.wiring.web import build_meter, wire, wire_worker

__all__ = [
    "Runtime",
    "build_meter",
    "build_org_check",
    "build_org_trial",
    "build_runtime",
    "named",
    "wire",
    "wire_worker",
]
