"""Comments on a Case. No unique index keeps a second one out, and their text cannot be searched in Salesforce.

So the Case's comments are read, and one is added on the condition that they are still the same, which Salesforce checks
in the very call that adds it. A call that comes late, whatever kept it, meets the comment of who was faster. Only a
text that such a composite call would not leave as it is goes without the condition, right after the look.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from app.crm.case import COMMENT_BODY
from app.crm.lengths import COMMENT, MOST_CUTS, tighter
from app.crm.mark import Mark
from app.crm.salesforce.client import Client, results_of, rows_of
from app.crm.salesforce.errors import answer_error, refusal
from app.crm.salesforce.plain import post
from app.crm.salesforce.sent import SentRecord, holds_reference
from app.crm.salesforce.soql import query_path, quote
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.waiting import Deadline

# How often it is begun again because somebody else has commented meanwhile.
MOST_LOOKS = 5
_COMMENTS = "SELECT Id, CommentBody, CreatedDate FROM CaseComment WHERE ParentId = {case} ORDER BY CreatedDate DESC"
_UNCHANGED = "SELECT Id FROM Case WHERE Id = {case} AND Id NOT IN (SELECT ParentId FROM CaseComment WHERE {newer})"
# More may stand before these: Salesforce gives what it has page by page.
_NEWER = "ParentId = {case} AND CreatedDate >= {since} AND Id NOT IN ({known})"


def add_comment(client: Client, case_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
    """Adds a comment that ends with the mark, unless the Case has one that has it. Raises `CrmError`."""
    end, limit = f"\n{mark.line}", COMMENT
    for cuts in range(MOST_CUTS + 1):
        body = limit.beside(end).cut(text) + end
        try:
            with _beside_the_case():
                _add_once(client, case_id, body, mark, deadline)
        except CrmError as error:
            if COMMENT_BODY not in error.too_long or cuts == MOST_CUTS:
                raise
            limit = replace(tighter(body, error.too_long[COMMENT_BODY]), in_bytes=COMMENT.in_bytes)
        else:
            return


def _add_once(client: Client, case_id: str, body: str, mark: Mark, deadline: Deadline) -> None:
    for _ in range(MOST_LOOKS):
        known = comments_of(client, case_id, deadline)
        if holds(known, mark):
            return
        if holds_reference(body):
            comment = {"ParentId": case_id, COMMENT_BODY: body}
            _check(client, post(client, "sobjects/CaseComment", comment, {}, deadline), body)
            return
        answer = client.call("POST", "composite", deadline, _add_if_unchanged(client, case_id, known, body))
        if _added(client, results_of(answer, writes=True), body):
            return
    raise CrmError(Reason.CRM_BUSY, "Others comment on the Case all the time; this comment is added later.")


@contextmanager
def _beside_the_case() -> Iterator[None]:
    """Who may not comment may make Cases all the same."""
    try:
        yield
    except CrmError as error:
        error.beside = "CaseComment"
        raise


def comments_of(client: Client, case_id: str, deadline: Deadline) -> list[dict[str, Any]]:
    """The Case's comments, the latest first, as far as Salesforce hands them out at once. Raises `CrmError`."""
    return rows_of(client.call("GET", query_path(_COMMENTS.format(case=quote(case_id))), deadline))


def holds(comments: Sequence[dict[str, Any]], mark: Mark) -> bool:
    """Whether one of the comments has the mark."""
    return any(mark.is_in(row.get("CommentBody") or "") for row in comments)


def _add_if_unchanged(client: Client, case_id: str, known: Sequence[dict[str, Any]], body: str) -> dict[str, Any]:
    """A query that finds the Case while no comment was added, and the comment on what it has found."""
    case = quote(case_id)
    newer = f"ParentId = {case}"
    if known:
        ids = ",".join(quote(str(row.get("Id"))) for row in known)
        since = f"{str(known[-1].get('CreatedDate'))[:19]}Z"
        newer = _NEWER.format(case=case, since=since, known=ids)
    look = {
        "method": "GET",
        "url": f"{client.base}/{query_path(_UNCHANGED.format(case=case, newer=newer))}",
        "referenceId": "unchanged",
    }
    add = {
        "method": "POST",
        "url": f"{client.base}/sobjects/CaseComment",
        "referenceId": "comment",
        "body": {"ParentId": "@{unchanged.records[0].Id}", COMMENT_BODY: body},
    }
    return {"allOrNone": False, "collateSubrequests": False, "compositeRequest": [look, add]}


def _added(client: Client, results: Sequence[dict[str, Any]], body: str) -> bool:
    look, *rest = results
    if look["httpStatusCode"] != 200:
        raise answer_error(look["httpStatusCode"], look.get("body"), client.external_id_field)
    if not rows_of(look.get("body")):
        return False
    _check(client, rest[0] if rest else {}, body)
    return True


def _check(client: Client, add: dict[str, Any], body: str) -> None:
    if add.get("httpStatusCode") != 201:
        sent = SentRecord("CaseComment", {COMMENT_BODY: body}, "")
        raise refusal(int(add.get("httpStatusCode") or 0), add.get("body"), client.external_id_field, sent)
