"""Mappers of one's own, as a developer would write them, and as one should not."""

import asyncio
import sys
import time
from collections import UserDict
from collections.abc import Callable, Iterator
from concurrent import futures
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from marshmallow import Schema, fields, validate

from app.mapping import Callback, CaseMapper, Mapper, MappingError, Reason, Record


class TaskOptions(Schema):
    """`with:` of `TaskMapper`."""

    days = fields.Integer(load_default=1, validate=validate.Range(min=1, max=30, error="wanted are 1 to 30 days"))


class TaskMapper(Mapper):
    """A Task in place of a Case, due some days later."""

    Options = TaskOptions

    def map(self, callback: Callback) -> Record:
        """The rule's fields, and one that the option decides."""
        return Record("Task", {**self.fields.render(callback), "Days__c": self.options["days"]})


class Plain(Mapper):
    """Takes no options."""

    def map(self, callback: Callback) -> Record:
        """The rule's fields."""
        return Record("Case", self.fields.render(callback))


class Failing(Mapper):
    """Has a bug that shows with every callback."""

    def map(self, callback: Callback) -> Record:
        """Fails, with the caller's number in its message."""
        raise KeyError(callback.caller)


class ReturnsNothing(Mapper):
    """Forgets its `return`."""

    def map(self, callback: Callback) -> Record:
        """Returns nothing, whatever its signature says."""
        return None  # type: ignore[return-value]


class Unfinished(Mapper):
    """Has no `map` yet."""


class NoMapper:
    """Looks like a mapper but is none."""

    def map(self, callback: Callback) -> Record:
        """A record, all the same."""
        return Record("Case", {})


class Careless(Schema):
    """Has a validator with a bug."""

    days = fields.Integer(validate=lambda days: 1 / (days - 1) > 0)


class OptionsFail(Plain):
    """Its options cannot be checked."""

    Options = Careless


class NoOptions(Plain):
    """Has something else in the place of its options."""

    Options = dict  # type: ignore[assignment]


class CannotBeMade(Plain):
    """Fails before the first callback."""

    def __init__(self, *_: object) -> None:
        raise RuntimeError


class Refusing(Plain):
    """Refuses on purpose, with a sentence of its own."""

    def map(self, callback: Callback) -> Record:
        """Never makes a record."""
        raise MappingError(Reason.MAPPING_FAILED, "The group has no owner. Add it to `owners`.")


class Leaving(Plain):
    """Thinks that it is a script."""

    def map(self, callback: Callback) -> Record:
        """Ends, as it thinks, its process."""
        sys.exit(3)


class NoException(BaseException):
    """What an `except Exception` does not catch."""


class HalfAnError(MappingError):
    """Forgets what its base class needs."""

    def __init__(self) -> None:
        Exception.__init__(self, "half")


class RaisingOptions(Schema):
    """`with:` of `Raising`."""

    raised = fields.String()


class Raising(Plain):
    """Raises what its option says, with the caller's number in it."""

    Options = RaisingOptions
    RAISED: dict[str, Callable[[str], BaseException]] = {  # noqa: RUF012
        **{
            one.__name__: one
            for one in (
                *(KeyboardInterrupt, GeneratorExit, SystemExit, BaseException, NoException, StopIteration),
                *(asyncio.CancelledError, futures.CancelledError, TimeoutError, RecursionError, MemoryError, OSError),
            )
        },
        "BaseExceptionGroup": lambda said: BaseExceptionGroup(said, [KeyboardInterrupt(said)]),
        "HalfAnError": lambda _: HalfAnError(),
        "MappingError": lambda said: MappingError(said, said),  # type: ignore[arg-type]
        "field": lambda said: MappingError(Reason.MAPPING_FAILED, said, field=[said]),  # type: ignore[arg-type]
    }

    def map(self, callback: Callback) -> Record:
        """Never makes a record."""
        raise self.RAISED[self.options["raised"]](callback.caller or "")


class EverNewFields(Plain):
    """Names a field of which nobody has heard, and another one without it."""

    def map(self, _: Callback) -> Record:
        """Never makes a record."""
        raise MappingError(Reason.MAPPING_FAILED, "No value.", field=f"F{uuid4().hex}")


class SlowSteps(EverNewFields):
    """As that one, and takes a little while for each."""

    def map(self, callback: Callback) -> Record:
        """Never makes a record."""
        time.sleep(0.05)
        return super().map(callback)


class LazyFields(UserDict[str, Any]):
    """Makes its values when they are asked for, or does not."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__()
        self._ask = ask

    def __iter__(self) -> Iterator[str]:
        self._ask()
        return super().__iter__()


class Lazy(Plain):
    """Goes wrong when its record is looked at."""

    def map(self, callback: Callback) -> Record:
        """A record whose fields are an exit."""
        return Record("Case", LazyFields(sys.exit))


class LazyAndStalling(Plain):
    """Waits when its record is looked at."""

    def map(self, callback: Callback) -> Record:
        """A record whose fields do not come."""
        return Record("Case", LazyFields(partial(time.sleep, 600)))


class CannotBeCopied(Plain):
    """Names a field that fails, and cannot be used without it."""

    def map(self, callback: Callback) -> Record:
        """Never makes a record."""
        raise MappingError(Reason.MAPPING_FAILED, "No value.", field="Subject")

    def __copy__(self) -> "CannotBeCopied":
        raise NoException


class Stalling(Plain):
    """Waits for what does not come."""

    def map(self, callback: Callback) -> Record:
        """Comes back when the test is long over."""
        time.sleep(600)
        return super().map(callback)


class Endless(Plain):
    """Computes for ever."""

    def map(self, callback: Callback) -> Record:
        """Never ends."""
        while True:
            pass


class Changing(Plain):
    """Changes what it was given."""

    def map(self, callback: Callback) -> Record:
        """Writes into the callback."""
        callback.extra["seen"] = True  # type: ignore[index]
        return super().map(callback)


class OddOptions(Schema):
    """`with:` of `Odd`."""

    made = fields.String()


class Odd(Plain):
    """Makes what its option says."""

    Options = OddOptions
    MADE: dict[str, Any] = {  # noqa: RUF012
        "naive": Record("Case", {"Due__c": datetime(2026, 11, 21, 10, 0)}),
        "list": Record("Case", {"Subject": "x", "Tags__c": ["a"]}),  # type: ignore[dict-item]
        "number": Record("Case", {7: "x"}),  # type: ignore[dict-item]
        "pairs": Record("Case", [("Subject", "x")]),  # type: ignore[arg-type]
        "nameless": Record("", {"Subject": "x"}),
        "class": Record,
        "require": Record("Case", {"Subject": "x"}, require=["Subject"]),  # type: ignore[arg-type]
        "require-none": Record("Case", {"Subject": "x"}, require=None),  # type: ignore[arg-type]
    }

    def map(self, callback: Callback) -> Record:
        """What no mapper should make, whatever the signature says."""
        made: Record = self.MADE[self.options["made"]]
        return made


class Marked(CaseMapper):
    """A Case as usual, and one field more."""

    def map(self, callback: Callback) -> Record:
        """What the built-in mapper makes, and the mark."""
        record = super().map(callback)
        return Record(record.object, {**record.fields, "Mark__c": "own"}, cut=record.cut)
