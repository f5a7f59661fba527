"""What a row of the table of calls says."""

from dataclasses import dataclass
from enum import Enum

VERSION = "v1.0"
# "Return Codes": 400 mostly for a parameter that is missing; 401 token or ClientsID; 404 without a body: no such call.
ERRORS_OF_ALL = (400, 401, 404, 500)


class Where(Enum):
    """Where a parameter stands."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"


class JtelAnswer(Enum):
    """What a call answers with."""

    LIST = "all records"
    RECORD = "one record"
    CREATED = "the event, new or updated"
    RESULT = "a result, 0 to 4"
    DONE = "not documented"


@dataclass(frozen=True)
class Parameter:
    """`name` is jtel's, `argument` the client's and (with hyphens) the command's."""

    name: str
    argument: str
    where: Where
    type: type[int] | type[str]
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class JtelCall:
    """`name` is the client's method, `command` the words behind `ringback jtel`.

    `path` is that below the client's own address. `record` is the kind of what it answers with, and `ordered_by` the
    field by which a list is ordered. `errors` are the statuses that its page documents beside `ERRORS_OF_ALL`.
    """

    name: str
    command: str
    does: str
    method: str
    path: str
    answer: JtelAnswer
    source: str
    record: str = ""
    parameters: tuple[Parameter, ...] = ()
    ordered_by: str = ""
    errors: tuple[int, ...] = ()

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows whether it arrived: it only reads."""
        return self.method == "GET"

    @property
    def deletes(self) -> bool:
        """Whether something is gone afterwards."""
        return self.method == "DELETE"

    def of(self, where: Where) -> tuple[Parameter, ...]:
        """The parameters that stand there."""
        return tuple(one for one in self.parameters if one.where is where)
