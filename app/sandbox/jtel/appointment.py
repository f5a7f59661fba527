"""When the caller wants to be called: `dtAppointmentDate` and `dtAppointmentTime`, and their four documented rules."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from app.sandbox.jtel.refusals import RefusedCallError

DATE_FORMS = ("%Y-%m-%d", "%Y%m%d")
TIME_FORMS = ("%H:%M", "%H%M")


def appointment(day: str | None, clock: str | None, now: datetime) -> datetime | None:
    """A date alone means 00:00, a time alone the next such time. What is past, or not given, means at once."""
    if not day and not clock:
        return None
    at = _read("dtAppointmentTime", clock, TIME_FORMS).time() if clock else time()
    moment = datetime.combine(_read("dtAppointmentDate", day, DATE_FORMS).date() if day else _day_of_next(at, now), at)
    return moment if moment > now else None


def _day_of_next(at: time, now: datetime) -> date:
    return now.date() if at > now.time() else now.date() + timedelta(days=1)


def _read(name: str, text: str, forms: Sequence[str]) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise RefusedCallError(400, f"{name} is not understood")
