"""Conditions as functions of a record."""

import operator
from collections.abc import Callable
from typing import Any

from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql import nodes
from app.sandbox.salesforce.soql.complaints import pointed
from app.sandbox.salesforce.soql.literals import like, moment, range_test
from app.sandbox.salesforce.soql.paths import Paths
from app.sandbox.salesforce.soql.semijoins import check_own
from app.sandbox.salesforce.store import Store, StoredRecord

Test = Callable[[StoredRecord], bool]
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
KINDS = {
    "boolean": {"boolean"},
    "int": {"number"},
    "double": {"number"},
    "currency": {"number"},
    "date": {"date", "range"},
    "datetime": {"datetime", "range"},
}
"""The kinds of literal that a field of a type may be compared with; all other types take strings."""
NO_SIGNS = {"id": ("LIKE",), "reference": ("LIKE",), "boolean": tuple(ORDERED)}
"""The operators that a field of a type does not take."""


class Conditions:
    """Compiles conditions on one object for one user."""

    def __init__(
        self, org: SandboxOrg, store: Store, obj: SObject, user_id: str, text: str = "", alias: str | None = None
    ) -> None:
        self._obj = obj
        self._text = text
        self._paths = Paths(org, store, user_id, text, alias)
        self.subquery: Callable[[Field, nodes.Query], list[Any]] = _no_subquery

    def compile(self, condition: nodes.Condition) -> Test:
        """A function that says whether the condition holds for a record."""
        if isinstance(condition, nodes.Junction):
            tests = [self.compile(term) for term in condition.terms]
            combine = all if condition.every else any
            return lambda record: combine(test(record) for test in tests)
        if isinstance(condition, nodes.Negation):
            inner = self.compile(condition.term)
            return lambda record: not inner(record)
        if isinstance(condition, nodes.Membership):
            return self._membership(condition)
        return self._comparison(condition.path, condition.operator, condition.literal)

    def _membership(self, condition: nodes.Membership) -> Test:
        if isinstance(condition.values, nodes.Query):
            field, get = self._field(condition.path)
            check_own(self._paths.names_of(self._obj, condition.path))
            wanted = {_comparable(field, v) for v in self.subquery(field, condition.values)}
            return lambda record: (_comparable(field, get(record)) in wanted) is not condition.negated
        tests = [self._comparison(condition.path, "=", literal) for literal in condition.values]
        return lambda record: any(test(record) for test in tests) is not condition.negated

    def _comparison(self, path: nodes.Path, sign: str, literal: nodes.Literal) -> Test:
        field, get = self._field(path)
        if literal.kind != "null" or sign not in ("=", "!="):
            self._check_kind(path, field, literal)
            self._check_sign(path, field, sign)
        if sign == "LIKE":
            pattern = like(literal.value)
            return lambda record: (value := get(record)) is not None and bool(pattern.fullmatch(value))
        if literal.kind == "range":
            return self._in_range(path, sign, get, literal)
        if sign in ORDERED:
            return _ordered(field, get, ORDERED[sign], self._wanted(field, literal))
        # An empty text is none.
        wanted = _comparable(field, None) if literal.value in (None, "") else self._wanted(field, literal)
        return lambda record: (_comparable(field, get(record)) == wanted) is (sign == "=")

    def _field(self, path: nodes.Path) -> tuple[Field, Callable[[StoredRecord], Any]]:
        field, get = self._paths.resolve(self._obj, path)
        if not field.filterable:
            message = f"field '{field.name}' can not be filtered in a query call"
            raise error(400, "INVALID_FIELD", pointed(self._text, path.position, message))
        return field, get

    def _check_kind(self, path: nodes.Path, field: Field, literal: nodes.Literal) -> None:
        if literal.kind in KINDS.get(field.type, {"string"}):
            return
        wanted = field.type if field.type in KINDS else "string"
        quotes = " and should be enclosed in quotes" if wanted == "string" else " and should not be enclosed in quotes"
        message = f"value of filter criterion for field '{path}' must be of type {wanted}{quotes}"
        raise error(400, "INVALID_FIELD", pointed(self._text, path.position, message))

    def _check_sign(self, path: nodes.Path, field: Field, sign: str) -> None:
        if sign in NO_SIGNS.get(field.type, ()):
            kind = "id" if field.type == "reference" else field.type
            message = pointed(self._text, path.position, f"invalid operator on {kind} field")
            raise error(400, "INVALID_QUERY_FILTER_OPERATOR", message)

    def _wanted(self, field: Field, literal: nodes.Literal) -> Any:
        if field.type in ("id", "reference") and normalise(literal.value) is None:
            raise error(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {literal.value}")
        return _comparable(field, literal.value)

    def _in_range(
        self, path: nodes.Path, sign: str, get: Callable[[StoredRecord], Any], literal: nodes.Literal
    ) -> Test:
        word, count = literal.value
        try:
            test = range_test(sign, word, count)
        except ValueError as problem:
            raise error(400, "MALFORMED_QUERY", pointed(self._text, path.position, str(problem))) from None
        return lambda record: sign == "!=" if (value := get(record)) is None else test(moment(value))


def _ordered(
    field: Field, get: Callable[[StoredRecord], Any], compare: Callable[[Any, Any], bool], wanted: Any
) -> Test:
    return lambda record: (value := get(record)) is not None and compare(_comparable(field, value), wanted)


def _comparable(field: Field, value: Any) -> Any:
    """A value in the form in which two are the same for SOQL: text without case, unless the field minds it."""
    if field.type == "boolean":
        return bool(value)  # where there is no value, as without a parent, it is false
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if field.type in ("id", "reference"):
        return normalise(value)
    if field.type in ("date", "datetime"):
        return moment(value)
    return value if field.case_sensitive else value.casefold()


def sort_key(field: Field, value: Any) -> Any:
    """What a value is sorted by."""
    return _comparable(field, value)


def _no_subquery(_left: Field, _query: nodes.Query) -> list[Any]:
    raise error(400, "MALFORMED_QUERY", "subqueries are not allowed here")
