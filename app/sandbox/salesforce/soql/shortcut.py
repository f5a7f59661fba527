"""Reading few records instead of all, when the condition names one by its id or by a key."""

from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.payload import key_value
from app.sandbox.salesforce.schema import SObject
from app.sandbox.salesforce.soql import nodes
from app.sandbox.salesforce.store import Record, Store


def candidates(store: Store, obj: SObject, query: nodes.Query, *, with_deleted: bool) -> list[Record]:
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
    if not isinstance(term, nodes.Comparison) or term.operator != "=" or term.literal.kind != "string":
        return None
    field = obj.field(term.path.names[-1]) if len(term.path.names) == 1 else None
    if field is None:
        return None
    if field.name == "Id":
        full = normalise(term.literal.value)
        return [full] if full else None
    if field.external_id or field.unique:
        return store.find(obj.name, field.name, key_value(field, term.literal.value))
    return None
