"""What Ringback asks of Salesforce's REST API, and the answers."""

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bench.stand_in.org import EXTERNAL_ID, DuplicateValueError, Org

_BASE = re.compile(r"/services/data/v[\d.]+/")
_REFERENCE = re.compile(r"@\{(\w+)\.([^}]+)\}")
_STEP = re.compile(r"\w+")
_MOST_RECORDS, _MOST_PARTS = 200, 25
_FIELD = {
    "type": "string",
    "length": 255,
    "createable": True,
    "nillable": True,
    "externalId": False,
    "unique": False,
}


@dataclass(frozen=True)
class Answer:
    """A status and what becomes JSON."""

    status: int
    body: Any


class Api:
    """Answers calls and counts them. Only what comes over the wire is a call, not the parts of one."""

    def __init__(self, address: str) -> None:
        self.org = Org()
        self.counts: Counter[str] = Counter()
        self._address = address

    def answer(self, method: str, target: str, body: Any) -> Answer:
        """The answer to a call."""
        if target.startswith("/services/oauth2/token"):
            self.counts["login"] += 1
            return Answer(200, self._session())
        self.counts["calls"] += 1
        path = _BASE.sub("", target)
        if path.startswith("composite") and not path.startswith("composite/sobjects"):
            self.counts["composite"] += 1
            return self._composite(body["compositeRequest"])
        return self._answer(method, path, body)

    def _session(self) -> dict[str, str]:
        return {
            "access_token": "00D000000000001EAA!a.session.of.the.stand.in",
            "instance_url": self._address,
            "id": f"{self._address}/id/00D000000000001EAA/005000000000001AAA",
            "token_type": "Bearer",
        }

    def _composite(self, parts: list[dict[str, Any]]) -> Answer:
        if len(parts) > _MOST_PARTS:
            return _error(400, "EXCEEDED_MAX_SUBREQUESTS", "too many parts")
        known: dict[str, Any] = {}
        results = []
        for part in parts:
            try:
                path = _BASE.sub("", _resolved(part["url"], known))
                answer = self._answer(part["method"], path, _resolved(part.get("body"), known))
            except (LookupError, TypeError, ValueError):
                answer = _error(400, "PROCESSING_HALTED", "invalid reference")
            known[part["referenceId"]] = answer.body
            results.append(
                {
                    "body": answer.body,
                    "httpHeaders": {},
                    "httpStatusCode": answer.status,
                    "referenceId": part["referenceId"],
                }
            )
        return Answer(200, {"compositeResponse": results})

    def _answer(self, method: str, path: str, body: Any) -> Answer:
        address = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        room, *names = [unquote(one) for one in address.path.strip("/").split("/")]
        if room == "composite" and method == "POST":
            return self._create_many(body["records"])
        if room == "query":
            return self._query(asked["q"])
        if room == "sobjects" and method == "POST":
            return self._create(names[0], body)
        if room == "sobjects" and names[1:] == ["describe"]:
            return Answer(200, _describe(names[0]))
        if room == "sobjects":
            return self._read(names, asked.get("fields", "Id").split(","))
        return _error(404, "NOT_FOUND", "the stand-in does not know this resource")

    def _create(self, name: str, fields: Mapping[str, Any]) -> Answer:
        try:
            return Answer(201, {"id": self._create_once(name, fields), "success": True, "errors": []})
        except DuplicateValueError as error:
            return _error(400, "DUPLICATE_VALUE", _there(error))

    def _create_many(self, records: list[dict[str, Any]]) -> Answer:
        self.counts["collections"] += 1
        if len(records) > _MOST_RECORDS:
            return _error(400, "EXCEEDED_ID_LIMIT", "record limit reached")
        results: list[dict[str, Any]] = []
        for fields in records:
            try:
                created = self._create_once(fields["attributes"]["type"], fields)
                results.append({"id": created, "success": True, "errors": []})
            except DuplicateValueError as error:
                fault = {"statusCode": "DUPLICATE_VALUE", "message": _there(error), "fields": []}
                results.append({"success": False, "errors": [fault]})
        return Answer(200, results)

    def _create_once(self, name: str, fields: Mapping[str, Any]) -> str:
        try:
            created = self.org.create(name, fields)
        except DuplicateValueError:
            self.counts["duplicates"] += 1
            raise
        self.counts[name] += 1
        return created

    def _query(self, soql: str) -> Answer:
        try:
            rows = self.org.query(soql)
        except sqlite3.Error as error:
            return _error(400, "MALFORMED_QUERY", str(error))
        return Answer(200, {"totalSize": len(rows), "done": True, "records": rows})

    def _read(self, names: list[str], wanted: list[str]) -> Answer:
        name, *field, value = names
        try:
            return Answer(200, self.org.by(name, field[0] if field else "Id", value, wanted))
        except KeyError:
            return _error(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible")


def _there(error: DuplicateValueError) -> str:
    return f"duplicate value found: {EXTERNAL_ID} duplicates value on record with id: {error}"


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(status, [{"errorCode": code, "message": message, "fields": []}])


def _resolved(value: Any, known: Mapping[str, Any]) -> Any:
    """A text or a record with what earlier parts have answered."""
    if isinstance(value, dict):
        return {name: _resolved(one, known) for name, one in value.items()}
    if not isinstance(value, str) or "@{" not in value:
        return value
    return _REFERENCE.sub(lambda found: _at(known[found[1]], found[2]), value)


def _at(answer: Any, path: str) -> str:
    for step in _STEP.findall(path):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return str(answer)


def _describe(name: str) -> dict[str, Any]:
    unique = {**_FIELD, "name": EXTERNAL_ID, "label": EXTERNAL_ID, "externalId": True, "unique": True, "length": 80}
    others = ("Subject", "Description", "Origin", "Status", "Priority", "SuppliedPhone", "SuppliedName")
    fields = [unique, *({**_FIELD, "name": one, "label": one} for one in others)]
    return {
        "name": name,
        "label": name,
        "labelPlural": name,
        "createable": True,
        "queryable": True,
        "fields": fields,
        "recordTypeInfos": [],
    }
