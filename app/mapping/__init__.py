"""From a `Callback` to a `Record`, by rules. Pure: no I/O, no clock.

What a mapper class needs is importable from here.
"""

from app.domain.callback import Callback, Person
from app.domain.record import Record, Ref, Value
from app.mapping.mapper import Mapper

__all__ = ["Callback", "Mapper", "Person", "Record", "Ref", "Value"]
