"""Mappers of one's own, as a developer would write them, and as one should not."""

from marshmallow import Schema, fields, validate

from app.mapping import Callback, Mapper, Record


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
