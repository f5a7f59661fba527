"""What a semi-join (`Id IN (SELECT …)`) may be (SOQL reference: considerations for semi-joins and anti-joins)."""

from collections.abc import Iterator, Sequence

from app.sandbox.salesforce.errors import SalesforceError, error
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql import nodes

MOST = 2
NOT_INSIDE = ("Task",)
"""Objects that no subquery may read."""


def check_places(where: nodes.Condition | None) -> None:
    """Refuse semi-joins under OR, under NOT, inside other brackets, and more than two."""
    outermost = where.terms if isinstance(where, nodes.Junction) else (where,)
    if len(list(_all(where))) > MOST:
        raise _refused("Maximum 2 semi join sub-selects are allowed")
    if isinstance(where, nodes.Junction) and not where.every and any(map(is_semi_join, outermost)):
        raise _refused("Semi join sub-selects are not allowed with the 'OR' operator")
    if any(list(_all(term)) for term in outermost if not is_semi_join(term)):
        raise _refused(
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
            "expressions."
        )


def check_subquery(query: nodes.Query) -> nodes.Path:
    """Refuse what only a main query may have; answers the field that it selects."""
    if list(_all(query.where)):
        raise _refused("Nesting of semi join sub-selects is not supported")
    if len(query.selection) != 1 or not isinstance(path := query.selection[0], nodes.Path):
        raise _refused("semi join sub-selects must have exactly one field in the SELECT clause")
    clauses = {"ORDER": query.order, "LIMIT": query.limit is not None, "OFFSET": query.offset}
    for word in (word for word, given in clauses.items() if given):
        raise _refused(f"missing value at '{word}'")
    return path


def check_objects(outer: SObject, left: Field, inner: SObject, selected: Field) -> None:
    """Refuse a comparison of anything but ids, of ids of different objects, and of an object with itself."""
    if inner.name == outer.name:
        raise _refused("The inner and outer selects should not be on the same object type")
    if inner.name in NOT_INSIDE:
        raise _refused(f"Entity '{inner.name}' is not supported for semi join inner selects")
    for side, field in (("left operand", left), ("inner select", selected)):
        if field.type not in ("id", "reference"):
            raise _refused(f"The {side} field should be an id or a reference field, cannot use: '{field.name}'")
    if not set(left.references or (outer.name,)) & set(selected.references or (inner.name,)):
        raise _refused(
            f"The selected field '{selected.name}' in the subquery and the left operand field '{left.name}' in the "
            "where expression in the outer query should point to the same object type"
        )


def check_own(names: Sequence[str]) -> None:
    """Refuse a parent's field on either side."""
    if len(names) > 1:
        raise _refused(f"semi join sub-selects cannot use relationships: '{'.'.join(names)}'")


def is_semi_join(condition: nodes.Condition | None) -> bool:
    return isinstance(condition, nodes.Membership) and isinstance(condition.values, nodes.Query)


def _all(condition: nodes.Condition | None) -> Iterator[nodes.Condition]:
    """The semi-joins of a condition, without those inside their subqueries."""
    if isinstance(condition, nodes.Junction):
        for term in condition.terms:
            yield from _all(term)
    elif isinstance(condition, nodes.Negation):
        yield from _all(condition.term)
    elif condition is not None and is_semi_join(condition):
        yield condition


def _refused(message: str) -> SalesforceError:
    return error(400, "MALFORMED_QUERY", message)
