"""The base class of every mapper."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar, Self

from marshmallow import Schema

from app.domain.callback import Callback
from app.domain.record import Record
from app.mapping.templates import Fields


class Mapper(ABC):
    """Makes a record of a callback. A rule names its mapper in `mapper:` and gives it options in `with:`.

    A subclass sets `Options` to a marshmallow schema if it takes options (they are checked when the configuration
    is loaded), and writes `map`. It does no I/O and knows no clock but `callback.received_at`. One object serves all
    callbacks of a rule, in many threads at once. It neither sets nor drops the external id: delivery does. `objects`
    are those that it makes records of; `ringback check --crm` looks at them before the first callback.
    """

    Options: ClassVar[type[Schema]] = Schema
    objects: ClassVar[Sequence[str]] = ()

    def __init__(self, fields: Fields, options: Mapping[str, Any]) -> None:
        """`fields` are the rule's `fields:`, defaults included; `options` is what `Options` made of `with:`."""
        self.fields = fields
        self.options = options

    def without(self, field: str) -> Self:
        """The same mapper without this field of the rule."""
        fewer = copy(self)
        fewer.fields = self.fields.without(field)
        return fewer

    @abstractmethod
    def map(self, callback: Callback) -> Record:
        """The record for `callback`. A field that has no value is left out.

        It may be called more than once for the same callback, and has `foreign.LIMIT_SECONDS`. What it raises refuses
        the callback; a `MappingError` does so with its own sentence.
        """
