"""The composite calls that create records, and read their numbers in the same call.

The results are those of the call's parts, the creation first; a record that would not arrive as it is goes plainly.
"""

from collections.abc import Sequence
from typing import Any

from app.crm.salesforce import plain
from app.crm.salesforce.answers import results_of
from app.crm.salesforce.client import Client
from app.crm.salesforce.numbers import NUMBER_FIELDS, number_reads
from app.crm.salesforce.sent import Sent
from app.domain.deadline import Deadline


def create_one(client: Client, sent: Sent, deadline: Deadline) -> list[dict[str, Any]]:
    """Creates the record; the second part reads its number. Raises `CrmError` when nothing is known of it."""
    if sent.goes_plainly:
        return plain.create_one(client, sent, deadline)
    url = f"{client.base}/sobjects/{sent.object}"
    body = sent.body(client.external_id_field)
    create = {"method": "POST", "url": url, "referenceId": "record", "body": body, "httpHeaders": sent.headers}
    number = NUMBER_FIELDS.get(sent.object)
    read = {"method": "GET", "url": f"{url}/@{{record.id}}?fields={number}", "referenceId": "number"}
    call = {"allOrNone": False, "compositeRequest": [create, read] if number else [create]}
    return results_of(client.call("POST", "composite", deadline, call), writes=True)


def create_many(client: Client, sent: Sequence[Sent], deadline: Deadline) -> list[dict[str, Any]]:
    """Creates the records by sObject Collections; the other parts read the numbers of all, new ones or not.

    Raises `CrmError` when nothing is known of any of them.
    """
    if any(one.goes_plainly for one in sent):
        return plain.create_many(client, sent, deadline)
    create = {
        "method": "POST",
        "url": f"{client.base}/{plain.COLLECTION}",
        "referenceId": "records",
        "body": plain.collection(client, sent),
        "httpHeaders": sent[0].headers,
    }
    parts = [create, *number_reads(client, sent)]
    # Only the order makes a query see what the first part has created.
    call = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": parts}
    return results_of(client.call("POST", "composite", deadline, call), writes=True)
