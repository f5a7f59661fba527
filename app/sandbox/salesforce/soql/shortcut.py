"""Reading few records instead of all, when the condition names one by its id or by a key."""

from collections.abc import Sequence

from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.payload import key_value
from app.sandbox.salesforce.schema import SObject
from app.sandbox.salesforce.soql import nodes
from app.sandbox.salesforce.store import Store, StoredRecord


def candidates(store: Store, obj: SObject, query: nodes.Query, *, with_deleted: bool) -> list[StoredRecord]:
    """Records among which all matching ones are. The condition is still to be tested on each."""
    terms = query.where.terms if isinstance(query.where, nodes.Junction) and query.where.every else (query.where,)
    # A deleted record has no keys any more, so only the whole table has it.
    if not with_deleted:
        for term in terms:
            ids = _ids(store, obj, term)
            if ids is not None:
                records = (store.get(i) for i in ids)
                return [r for r in records if r and r.object == obj.name and not r.deleted]
    return store.all(obj.name, with_deleted=with_deleted)


def _ids(store: Store, obj: SObject, term: nodes.Condition | None) -> list[str] | None:
    literals = _literals(term)
    path = term.path if isinstance(term, (nodes.Comparison, nodes.Membership)) else None
    field = obj.field(path.names[-1]) if path and len(path.names) == 1 else None
    # An empty text is null, which has no key.
    if field is None or not literals or not all(literal.kind == "string" and literal.value for literal in literals):
        return None
    if field.name == "Id":
        full = [normalise(literal.value) for literal in literals]
        return None if None in full else list(dict.fromkeys(str(one) for one in full))
    if field.external_id or field.unique:
        keys = (key_value(field, literal.value) for literal in literals)
        return list(dict.fromkeys(i for key in keys for i in store.find(obj.name, field.name, key)))
    return None


def _literals(term: nodes.Condition | None) -> Sequence[nodes.Literal]:
    """What one of must be the value; nothing when the condition is no such list."""
    if isinstance(term, nodes.Comparison) and term.operator == "=":
        return [term.literal]
    if isinstance(term, nodes.Membership) and not term.negated and not isinstance(term.values, nodes.Query):
        return term.values
    return []
