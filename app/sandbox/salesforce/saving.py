"""One save, from the values a client sent to the row in the store, rule by rule in Salesforce's order."""

from collections.abc import Iterator
from typing import Any

from app.sandbox.salesforce import errors, values
from app.sandbox.salesforce.assignment import assign
from app.sandbox.salesforce.behaviours import BEFORE_SAVE
from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.duplicates import check_duplicates
from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.ids import make_id
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.payload import key_value
from app.sandbox.salesforce.references import References
from app.sandbox.salesforce.schema import SObject
from app.sandbox.salesforce.store import DuplicateKeyError, Key, Store, StoredRecord
from app.sandbox.salesforce.validation import check_validation_rules


class Saver:
    """Saves a record, or raises what Salesforce would say and saves nothing."""

    def __init__(self, org: SandboxOrg, store: Store) -> None:
        self._org = org
        self._store = store
        self._references = References(org, store)

    def save(self, call: ApiCall, obj: SObject, record: StoredRecord, sent: dict[str, Any]) -> str:
        """`record` is as stored before (without an id when it is new), `sent` what the client wants set."""
        with self._store.transaction():
            is_new = not record.id
            if is_new:
                record.fields = self._defaults(obj, call)
            record.fields.update({k: v for k, v in sent.items() if v is not None or obj.fields[k].default is None})
            self._check(call, obj, record, sent)
            comment = record.fields.pop("Comments", None) if obj.name == "Case" else None
            self._act(call, obj, record, set(sent))
            if is_new:
                record.id = make_id(obj.prefix, self._store.next_number(obj.name))
            self._stamp(record, call.user_id)
            self._write(obj, record)
            if comment:
                self._comment(call, record.id, comment)
        return record.id

    def _check(self, call: ApiCall, obj: SObject, record: StoredRecord, sent: dict[str, Any]) -> None:
        missing = [n for n, f in obj.fields.items() if f.required and record.fields.get(n) is None]
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            raise errors.error(400, "REQUIRED_FIELD_MISSING", message, missing)
        problems = [p for n, v in sent.items() if (p := values.check(obj.fields[n], v))]
        if problems:
            raise SalesforceError(400, *problems)
        self._references.check(obj, record.fields, sent, call.user_id)

    def _act(self, call: ApiCall, obj: SObject, record: StoredRecord, sent: set[str]) -> None:
        if obj.name in BEFORE_SAVE:
            BEFORE_SAVE[obj.name](self._store, record, sent)
        check_duplicates(self._org, self._store, call, record)
        check_validation_rules(self._org, self._store, obj, record)
        assign(self._org, self._store, call, record)

    def _defaults(self, obj: SObject, call: ApiCall) -> dict[str, Any]:
        defaults = {n: f.default for n, f in obj.fields.items() if f.default is not None}
        if "OwnerId" in obj.fields:
            defaults["OwnerId"] = call.user_id
        return defaults

    def _stamp(self, record: StoredRecord, user_id: str) -> None:
        moment = stamp()
        fields = record.fields
        fields.update(Id=record.id, LastModifiedDate=moment, LastModifiedById=user_id, SystemModstamp=moment)
        fields.setdefault("CreatedDate", moment)
        fields.setdefault("CreatedById", user_id)
        fields.setdefault("IsDeleted", False)

    def _write(self, obj: SObject, record: StoredRecord) -> None:
        try:
            self._store.save(record, keys_of(obj, record))
        except DuplicateKeyError as taken:
            message = f"duplicate value found: {taken.key.field} duplicates value on record with id: {taken.owner_id}"
            raise errors.error(400, "DUPLICATE_VALUE", message, []) from None

    def _comment(self, call: ApiCall, case_id: str, text: str) -> None:
        obj = self._org.objects["CaseComment"]
        self.save(call, obj, StoredRecord(obj.name, ""), {"ParentId": case_id, "CommentBody": text})


def keys_of(obj: SObject, record: StoredRecord) -> Iterator[Key]:
    """The values by which this record can be found."""
    for name, field in obj.fields.items():
        value = record.fields.get(name)
        if value is not None and (field.unique or field.external_id):
            yield Key(name, key_value(field, value), field.unique)
