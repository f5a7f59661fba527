"""What people call a record, and the queries that read it for many records."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.crm.salesforce.client import Client
from app.crm.salesforce.sent import SentRecord
from app.crm.salesforce.soql import query_path, quote

# What people call a record of the object.
NUMBER_FIELDS = {"Case": "CaseNumber"}
_NUMBERS = "SELECT Id, {number}, {field} FROM {object} WHERE {field} IN ({ids})"
# Salesforce takes five collections and queries in one composite call.
_MOST_QUERIES = 4
# Characters of external ids in one query: far below what an address may have, and the common batch needs one query.
_MOST_IN_QUERY = 6_000


def number_reads(client: Client, sent: Sequence[SentRecord]) -> list[dict[str, Any]]:
    """The parts of a composite call that read the numbers of all, new ones or not."""
    return [
        {"method": "GET", "url": f"{client.base}/{query_path(soql)}", "referenceId": f"numbers{place}"}
        for place, soql in enumerate(_queries(client.external_id_field, sent))
    ]


def _queries(field: str, sent: Sequence[SentRecord]) -> Iterator[str]:
    for object_name, number in NUMBER_FIELDS.items():
        ids = [quote(one.external_id) for one in sent if one.object == object_name]
        for part in _parts(ids):
            yield _NUMBERS.format(number=number, field=field, object=object_name, ids=",".join(part))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    parts = min(_MOST_QUERIES, 1 + len(",".join(ids)) // _MOST_IN_QUERY)
    size = -(-len(ids) // parts)
    for start in range(0, len(ids), size or 1):
        yield ids[start : start + size]
