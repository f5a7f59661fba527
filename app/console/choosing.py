"""From the fields of a form, or of an address, to a choice of callbacks."""

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from app.domain.entry import State
from app.operations.find import Choice

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

# A page never has more boxes to tick.
_MOST_IDS = 1_000
_STATES = {state.value: state for state in State}


def form_ids(form: "MultiDict[str, str]") -> list[int]:
    """The callbacks that were chosen one by one."""
    return [int(one) for one in form.getlist("id")[:_MOST_IDS] if one.isdecimal() and len(one) < 19]


def form_choice(form: "MultiDict[str, str]", default: Collection[State], zone: tzinfo, *, with_payload: bool) -> Choice:
    """All that meet the conditions; those in a state of `default` if none is given. What is no condition is none."""
    states = [_STATES[one] for one in form.getlist("state") if one in _STATES]
    return Choice(
        states=states or tuple(default),
        sources=_given(form.getlist("source")),
        reasons=_given(form.getlist("reason")),
        rules=_given(form.getlist("rule")),
        since=_moment(form.get("since"), zone),
        before=_moment(form.get("before"), zone),
        dropped=bool(form.get("dropped")),
        reconciled=bool(form.get("reconciled")),
        with_payload=with_payload,
    )


def _given(values: Sequence[str]) -> list[str]:
    return [one for one in values if one]


def _moment(written: str | None, zone: tzinfo) -> float | None:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
