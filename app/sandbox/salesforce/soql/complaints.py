"""What is said of a query or a search that cannot be read."""

import re

from lark import UnexpectedInput

WORD_OR_SIGN = re.compile(r"\w+|.", re.DOTALL)
NOT_SERVED = {
    "(": "subqueries in SELECT, nor functions other than COUNT and FIELDS",
    "GROUP": "GROUP BY",
    "HAVING": "HAVING",
    "TYPEOF": "TYPEOF",
    "USING": "USING",
    "WITH": "WITH",
    "ALL": "ALL ROWS; /queryAll has deleted records, too",
    "UPDATE": "UPDATE",
    "INCLUDES": "INCLUDES",
    "EXCLUDES": "EXCLUDES",
    ":": "variables",
}


def pointed(text: str, position: int, message: str) -> str:
    """A message as Salesforce shows it: the query around the place, a caret, the row and the column."""
    if not text:
        return message
    line_start = text.rfind("\n", 0, position) + 1
    row, column = text.count("\n", 0, position) + 1, position - line_start + 1
    line = text[line_start:].split("\n", 1)[0]
    return f"\n{line}\n{' ' * (column - 1)}^\nERROR at Row:{row}:Column:{column}\n{message}"


def complaint(text: str, problem: UnexpectedInput) -> str:
    """Why a text could not be read, with the place."""
    token = getattr(problem, "token", None)
    if token is not None and token.type == "$END":
        return "unexpected token: '<EOF>'"
    position = problem.pos_in_stream or 0
    shown = str(token) if token is not None else WORD_OR_SIGN.findall(text, position)[0]
    return pointed(text, position, f"unexpected token: '{shown}'{_not_served(shown)}")


def _not_served(word: str) -> str:
    """What a real org may take at this place and the sandbox does not."""
    what = NOT_SERVED.get(word.upper())
    return f". The sandbox does not serve {what}" if what else ""
