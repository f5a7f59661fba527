"""From the text of a query to its nodes, or MALFORMED_QUERY."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.soql import nodes
from app.sandbox.salesforce.soql.complaints import complaint
from app.sandbox.salesforce.soql.literals import moment, unescape

BRACES = re.compile(r"\{.*\}", re.DOTALL)
GRAMMAR = FilePath(__file__).with_name("grammar.lark")


def parse_query(text: str) -> nodes.Query:
    query: nodes.Query = _parse(text, "query")
    return _with_text(query, text)


def parse_condition(text: str) -> nodes.Condition:
    """A condition alone, as in a validation rule."""
    condition: nodes.Condition = _parse(text, "condition")
    return condition


def parse_search(text: str) -> nodes.Search:
    if not BRACES.search(text):
        message = "No search term found. The search term must be enclosed in braces."
        raise error(400, "MALFORMED_SEARCH", message)
    search: nodes.Search = _parse(text, "search", "MALFORMED_SEARCH")
    return search


class _WholeWords:
    """Lets the lexer read a whole name wherever it is: INCLUDES is not IN and more."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


@cache
def _grammar() -> Lark:
    return Lark(
        GRAMMAR.read_text("utf-8"),
        parser="lalr",
        start=["query", "condition", "search"],
        maybe_placeholders=True,
        postlex=_WholeWords(),
    )


def _parse(text: str, start: str, code: str = "MALFORMED_QUERY") -> Any:
    try:
        return _Nodes().transform(_grammar().parse(text, start=start))
    except UnexpectedInput as problem:
        raise error(400, code, complaint(text, problem)) from None
    except VisitError as problem:
        raise error(400, code, str(problem.orig_exc)) from None


def _natural(token: Token) -> int:
    if not token.isdigit():
        raise ValueError(f"unexpected token: '{token}'")
    return int(token)


def _with_text(query: nodes.Query, text: str) -> nodes.Query:
    return nodes.Query(**{**query.__dict__, "text": text})


@v_args(inline=True)
class _Nodes(Transformer[Token, Any]):
    """One method per rule of the grammar."""

    def name(self, token: Token) -> Token:
        return token

    def __init__(self) -> None:
        super().__init__()
        self._before_dots: set[str] = set()

    def path(self, *names: Token) -> nodes.Path:
        if len(names) > 1:
            self._before_dots.add(names[0].lower())
        return nodes.Path(tuple(str(n) for n in names), names[0].start_pos or 0)

    def string(self, token: Token) -> nodes.Literal:
        return nodes.Literal("string", unescape(token))

    def number(self, token: Token) -> nodes.Literal:
        return nodes.Literal("number", float(token) if "." in token else int(token))

    def date(self, token: Token) -> nodes.Literal:
        moment(token)  # a day that no calendar has is refused here
        return nodes.Literal("date", str(token))

    def datetime(self, token: Token) -> nodes.Literal:
        moment(token)
        return nodes.Literal("datetime", str(token))

    def range(self, name: Token, count: Token) -> nodes.Literal:
        return nodes.Literal("range", (str(name), _natural(count)))

    def word(self, name: Token) -> nodes.Literal:
        known = {"null": ("null", None), "true": ("boolean", True), "false": ("boolean", False)}
        return nodes.Literal(*known.get(name.lower(), ("range", (str(name), None))))

    def comparison(self, path: nodes.Path, operator: Token, literal: nodes.Literal) -> nodes.Comparison:
        return nodes.Comparison(path, "!=" if operator == "<>" else str(operator), literal)

    def like(self, path: nodes.Path, token: Token) -> nodes.Comparison:
        return nodes.Comparison(path, "LIKE", nodes.Literal("string", unescape(token, pattern=True)))

    def negated(self, _word: Token) -> bool:
        return True

    def values(self, *literals: nodes.Literal) -> tuple[nodes.Literal, ...]:
        return literals

    def subquery(self, query: nodes.Query) -> nodes.Query:
        return query

    def membership(self, path: nodes.Path, negated: bool | None, values: Any) -> nodes.Membership:
        return nodes.Membership(path, bool(negated), values)

    def negation(self, term: nodes.Condition) -> nodes.Negation:
        return nodes.Negation(term)

    def all(self, *terms: nodes.Condition) -> nodes.Junction:
        return nodes.Junction(True, terms)

    def any(self, *terms: nodes.Condition) -> nodes.Junction:
        return nodes.Junction(False, terms)

    def where(self, condition: nodes.Condition) -> nodes.Condition:
        return condition

    def direction(self, token: Token) -> bool:
        return token.upper() == "DESC"

    def nulls(self, _nulls: Token, token: Token) -> bool:
        return token.upper() == "FIRST"

    def ordering(self, path: nodes.Path, descending: bool | None, nulls_first: bool | None) -> nodes.Ordering:
        return nodes.Ordering(path, bool(descending), nulls_first is not False)

    def order(self, *orderings: nodes.Ordering) -> tuple[nodes.Ordering, ...]:
        return orderings

    def limit(self, token: Token) -> int:
        return _natural(token)

    def offset(self, token: Token) -> int:
        return _natural(token)

    def view(self) -> None:
        return None

    def alias(self, name: Token) -> str:
        return str(name)

    def count_all(self) -> nodes.Count:
        return nodes.Count()

    def count(self, path: nodes.Path, alias: Token | None) -> nodes.Count:
        return nodes.Count(path, str(alias) if alias else None)

    def fields(self, name: Token) -> nodes.AllFields:
        return nodes.AllFields(name.upper())

    def selection(self, *items: Any) -> tuple[Any, ...]:
        return items

    def columns(self, *paths: nodes.Path) -> tuple[nodes.Path, ...]:
        return paths

    def query(
        self, selection: Any, name: Token, alias: Any, where: Any, order: Any, limit: Any, offset: Any, _view: Any
    ) -> nodes.Query:
        # A real org takes any word for an alias, a misspelt WHERE, too; where no field begins with it, it is that.
        if alias and alias.lower() not in self._before_dots:
            raise ValueError(f"The sandbox does not take '{alias}' for an alias: no field begins with it")
        source = nodes.Path((str(name),), name.start_pos or 0)
        return nodes.Query(source, alias, selection, where, order or (), limit, offset or 0)

    def group(self, token: Token) -> str:
        return token.upper()

    def target(
        self,
        name: Token,
        selection: Any = None,
        where: Any = None,
        order: Any = None,
        limit: Any = None,
        offset: Any = None,
    ) -> nodes.Target:
        source = nodes.Path((str(name),), name.start_pos or 0)
        chosen = selection or (nodes.Path(("Id",)),)
        return nodes.Target(str(name), nodes.Query(source, None, chosen, where, order or (), limit, offset or 0))

    def search(self, text: Token, group: str | None, *rest: Any) -> nodes.Search:
        *targets, limit = rest
        return nodes.Search(text[1:-1], group or "ALL", [t for t in targets if t], limit)
