"""Faults on demand: which there are, which are set, and which of them a call meets."""

import secrets
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from app.sandbox.salesforce.errors import Detail, SalesforceError
from app.sandbox.salesforce.soql.parser import parse_condition

CATALOGUE = Path(__file__).with_name("error_catalogue.toml")
DATA = "/services/data/"
"""Where faults strike unless they are told otherwise by `match`."""
REQUEST, TRANSACTION, RECORD = "request", "transaction", "record"
"""What a fault strikes: a call on the wire, the records that one call creates or changes together, or one of them."""
CPU_LIMIT = "CaseTrigger: System.LimitException: Apex CPU time limit exceeded"
TRIGGER = "CaseTrigger: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference null"

KNOWN: Mapping[str, Mapping[str, Any]] = {
    "latency": {"seconds": 1.0},
    "slow_body": {"seconds": 5.0},
    "cut": {"after": 1000},
    "unavailable": {"status": 503},
    "html": {"status": 503},
    "empty": {"status": 503},
    "reset_before": {},
    "reset_after": {},
    "hang": {"seconds": 600.0},
    "expired_session": {},
    "void_session": {},
    "error": {"code": "", "status": 0, "message": "", "fields": None, "level": ""},
    "lock": {"status": 400},
    "daily_limit": {},
    "concurrent_limit": {},
    "maintenance": {"status": 400},
    "too_large": {"most": 100_000, "status": 413},
    "record_time": {"seconds": 0.0, "per_record": 0.01},
    "governor_limit": {"most": 10, "message": CPU_LIMIT},
    "trigger": {"when": "", "message": TRIGGER},
    "parent_lock": {"seconds": 0.5},
    "batch_retries": {},
}
"""Each fault with its parameters and their defaults. One with `most` strikes only what is larger than that."""

ERRORS: Mapping[str, tuple[str, str]] = {
    "unavailable": ("SERVER_UNAVAILABLE", ""),
    "lock": ("UNABLE_TO_LOCK_ROW", ""),
    "daily_limit": ("REQUEST_LIMIT_EXCEEDED", ""),
    "concurrent_limit": (
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
    ),
    "maintenance": ("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", ""),
}
"""Faults that are an error of the catalogue, and their own message."""
WRITES_ONLY = ("lock", "maintenance")
OF_TRANSACTIONS = ("record_time", "governor_limit", "trigger", "parent_lock", "batch_retries")


class BadFaultError(ValueError):
    """What was asked for is no fault."""


@dataclass
class InjectedFault:
    """A fault that is set: the next `left` calls, or a share of all calls, that match."""

    name: str
    parameters: dict[str, Any]
    match: str | None = None
    left: int | None = None
    share: float | None = None
    hits: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    """Set when the faults are cleared, so that calls that hang come free."""

    @property
    def error(self) -> SalesforceError | None:
        """The error this fault answers with, if it is one that answers with an error."""
        if self.name == "error":
            return make_error(self.parameters)
        if self.name not in ERRORS:
            return None
        code, message = ERRORS[self.name]
        return make_error({**self.parameters, "code": code, "message": message})

    @property
    def level(self) -> str:
        if self.name == "error":
            known = catalogue().get(self.parameters["code"], {}).get("level", RECORD)
            return str(self.parameters["level"] or known)
        if self.name in OF_TRANSACTIONS:
            return TRANSACTION
        return RECORD if self.name in WRITES_ONLY else REQUEST

    def describe(self) -> dict[str, Any]:
        limits = {"next": self.left, "share": self.share, "match": self.match}
        shown = {k: v for k, v in {**limits, **self.parameters}.items() if v not in (None, "")}
        return {"fault": self.name, **shown, "hits": self.hits}


@dataclass
class Faults:
    """The faults that are set."""

    _set: list[InjectedFault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, wish: Mapping[str, Any]) -> InjectedFault:
        fault = read_fault(wish)
        with self._lock:
            self._set.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            for fault in self._set:
                fault.released.set()
            self._set.clear()

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.describe() for fault in self._set]

    def take(self, method: str, path: str, level: str, outer: str = "", size: int = 0) -> list[InjectedFault]:
        """The faults this call meets; each of them has then struck once more. `size` is in bytes, or in records."""
        if not self._set:
            return []
        with self._lock:
            met = (f for f in self._set if f.level == level and size > f.parameters.get("most", -1))
            return [f for f in met if _strikes(f, method, path, outer)]

    def check_record(self, method: str, path: str, outer: str = "") -> None:
        """Raise the error that the next record, or the next simple call, is to meet."""
        for fault in self.take(method, path, RECORD, outer):
            if fault.error:
                raise fault.error


def read_fault(wish: Mapping[str, Any]) -> InjectedFault:
    """A fault from the JSON of the control endpoint."""
    values = dict(wish)
    name = values.pop("fault", None)
    if name not in KNOWN:
        raise BadFaultError(f"no such fault: {name}; there are {', '.join(sorted(KNOWN))}")
    count, share, match = (values.pop(key, None) for key in ("next", "share", "match"))
    unknown = set(values) - set(KNOWN[name])
    if unknown:
        raise BadFaultError(f"{name} has no {', '.join(sorted(unknown))}")
    if count is None and share is None:
        count = 1
    if (count is not None and count < 1) or (share is not None and not 0 <= share <= 1):
        raise BadFaultError("next is a whole number from 1, share a number from 0 to 1")
    fault = InjectedFault(name, {**KNOWN[name], **values}, match, count, share)
    _ = fault.error  # a code that is not in the catalogue needs a status and a message; say so now
    _check_condition(fault.parameters.get("when"))
    return fault


def _check_condition(when: str | None) -> None:
    try:
        parse_condition(when) if when else None
    except SalesforceError as problem:
        raise BadFaultError(str(problem)) from None


def make_error(wish: Mapping[str, Any]) -> SalesforceError:
    """An error by its code; status, message and fields come from the catalogue unless given."""
    code = wish.get("code") or ""
    known = catalogue().get(code, {})
    status = wish.get("status") or known.get("status")
    message = wish.get("message") or known.get("message")
    if not code or not status or message is None:
        raise BadFaultError(f"the catalogue has no {code or 'error without a code'}: give status and message too")
    fields = wish.get("fields") if wish.get("fields") is not None else known.get("fields")
    return SalesforceError(int(status), Detail(code, message, fields))


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads(CATALOGUE.read_text("utf-8"))


def _strikes(fault: InjectedFault, method: str, path: str, outer: str) -> bool:
    """Whether a fault meets a call. Called under the lock: it uses the fault up."""
    if not _matches(fault.match, method, path, outer):
        return False
    if fault.name in WRITES_ONLY and method == "GET":
        return False
    if fault.left is not None and fault.left < 1:
        return False
    if fault.share is not None and secrets.randbelow(1_000_000) >= fault.share * 1_000_000:
        return False
    fault.left = None if fault.left is None else fault.left - 1
    fault.hits += 1
    return True


def _matches(match: str | None, method: str, path: str, outer: str) -> bool:
    if match is None:
        return path.startswith(DATA)
    return match in f"{method} {path}" or match in outer
