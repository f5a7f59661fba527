"""An event that jtel is to create, and whether jtel would take it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from app.domain.reasons import Reason
from app.jtel.appointment import read_date, read_time
from app.jtel.errors import JtelError
from app.jtel.records import CALLBACK, VOICE_MAIL

# jtel's own, where none is given.
DEFAULT_PRIORITY = 50
PRIORITIES = range(201)
_BY_TELEPHONE = (CALLBACK, VOICE_MAIL)
# With its country code, so without a leading nought. jtel writes no plus.
_E164 = re.compile(r"\+?([1-9]\d{2,14})", re.ASCII)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\x00-\x1f\"<>\\^`{|}]+", re.ASCII)


@dataclass(frozen=True)
class NewEvent:
    """`priority` is 0 to 200; None leaves it to jtel (50), which knows it from release 3.35 on, as the appointment.

    The appointment is `yyyy-mm-dd` and `hh:mm`, with or without their marks, on jtel's clock. `appointment.py` has the
    rules.
    """

    sender: str = field(repr=False)
    subject: str = field(repr=False)
    type_id: int = CALLBACK
    group_id: int | None = None
    configuration_group_id: int | None = None
    agent_group_id: int | None = None
    user_id: int | None = None
    receiver: str | None = field(default=None, repr=False)
    body: str | None = field(default=None, repr=False)
    crm_url: str | None = field(default=None, repr=False)
    user_data: str | None = field(default=None, repr=False)
    priority: int | None = None
    appointment_date: str | None = None
    appointment_time: str | None = None

    def checked(self) -> Mapping[str, Any]:
        """What is to be sent, by the arguments of the call. Raises `JtelError` with all that is wrong."""
        problems = list(_problems(self))
        if problems:
            said = "; ".join(problems)
            raise JtelError(Reason.JTEL_INPUT_INVALID, f"jtel was not asked to create the event: {said}.", unsent=True)
        given = {name: value for name, value in vars(self).items() if value not in (None, "")}
        if self.type_id in _BY_TELEPHONE:
            given |= {name: given[name].removeprefix("+") for name in ("sender", "receiver") if name in given}
        return given


def _problems(event: NewEvent) -> Iterator[str]:
    yield from _group_problems(event)
    yield from _text_problems(event)
    for one in fields(event):
        check = _CHECKS.get(one.name)
        value = getattr(event, one.name)
        problem = check(value) if check and value not in (None, "") else None
        if problem:
            yield f"{one.name}: {problem}"


def _text_problems(event: NewEvent) -> Iterator[str]:
    for name in ("sender", "subject"):
        if not str(getattr(event, name) or "").strip():
            yield f"{name} is missing"
    if event.type_id in _BY_TELEPHONE:
        for name, sent in (("sender", event.sender), ("receiver", event.receiver)):
            if sent and not _E164.fullmatch(sent):
                yield f"{name}: text of {len(sent)} characters, wanted is a number in E.164, such as 49301234567"
    if event.body and event.type_id != CALLBACK:
        yield "body is for callbacks only"


def _group_problems(event: NewEvent) -> Iterator[str]:
    both = (event.configuration_group_id, event.agent_group_id)
    if event.group_id is None and None in both:
        yield "wanted is group_id, or configuration_group_id with agent_group_id"
    elif event.group_id is not None and both != (None, None):
        yield "group_id stands alone, without configuration_group_id and agent_group_id"


def _id_problem(value: Any) -> str | None:
    return None if type(value) is int and value > 0 else "wanted is a whole number above 0"


def _priority_problem(value: Any) -> str | None:
    known = type(value) is int and value in PRIORITIES
    return None if known else f"wanted is a whole number from {PRIORITIES[0]} to {PRIORITIES[-1]}"


def _url_problem(value: str) -> str | None:
    try:
        well_formed = bool(_URL.fullmatch(value) and urlsplit(value).hostname) and (urlsplit(value).port or 0) >= 0
    except ValueError:
        well_formed = False
    return None if well_formed else f"text of {len(value)} characters, wanted is a well-formed URL"


def _problem_of(read: Callable[[str], object]) -> Callable[[Any], str | None]:
    def problem(value: Any) -> str | None:
        try:
            read(str(value))
        except ValueError as error:
            return str(error)
        return None

    return problem


_CHECKS: Mapping[str, Callable[[Any], str | None]] = {
    "type_id": _id_problem,
    "group_id": _id_problem,
    "configuration_group_id": _id_problem,
    "agent_group_id": _id_problem,
    "user_id": _id_problem,
    "crm_url": _url_problem,
    "priority": _priority_problem,
    "appointment_date": _problem_of(read_date),
    "appointment_time": _problem_of(read_time),
}
