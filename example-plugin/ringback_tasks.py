"""A mapper for Ringback: a Task in place of a Case, due on a working day."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import ClassVar

from marshmallow import Schema, fields, validate

from app.mapping import Callback, Mapper, Record

# The prefixes of Contact and Lead. A Case cannot be about a Lead, a Task can.
PEOPLE = ("003", "00Q")
SATURDAY = 5


class TaskOptions(Schema):
    """`with:` in the rule."""

    # Working days from the day on which the caller asked; 0 is that day, or the next working day.
    days = fields.Integer(load_default=1, validate=validate.Range(0, 30, error="wanted are 0 to 30 working days"))
    holidays = fields.List(fields.Date(error_messages={"invalid": "wanted is a day, 2026-12-25"}), load_default=list)


class TaskMapper(Mapper):
    """A Task with the fields of the rule, due some working days later, about the Contact or Lead that jtel found."""

    Options: ClassVar[type[Schema]] = TaskOptions
    objects: ClassVar[Sequence[str]] = ("Task",)

    def map(self, callback: Callback) -> Record:
        """A field that the rule sets goes before one that this class sets."""
        asked = callback.requested_at.date()
        due = working_day(asked, self.options["days"], self.options["holidays"])
        return Record("Task", {**who(callback), "ActivityDate": due, **self.fields.render(callback)})


def who(callback: Callback) -> dict[str, str]:
    """The person whom the Task is about, if jtel has found just one."""
    found = callback.salesforce_id
    return {"WhoId": found} if found and found.startswith(PEOPLE) and not callback.ambiguous else {}


def working_day(start: date, days: int, holidays: Collection[date]) -> date:
    """The working day that is `days` working days after `start`, or after the first one from there on."""
    day = _from(start, holidays)
    for _ in range(days):
        day = _from(day + timedelta(days=1), holidays)
    return day


def _from(day: date, holidays: Collection[date]) -> date:
    while day.weekday() >= SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day
