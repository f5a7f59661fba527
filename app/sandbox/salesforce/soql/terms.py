"""What a search looks for: words and phrases, joined by AND, OR and AND NOT (SOSL reference: FIND)."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.phones import is_phone, matches_phone
from app.sandbox.salesforce.schema import Field

Searched = Sequence[tuple[Field, str]]
"""The fields of a record that are looked at, with what is in them."""
Test = Callable[[Searched], bool]
GRAMMAR = Path(__file__).with_name("terms.lark")
WILD = {"*": r"\w*", "?": r"\w"}


def search_test(text: str) -> Test:
    """Says whether a record is what the text searches for; MALFORMED_SEARCH for a text that is no search."""
    number = _unescape(text)
    if is_phone(number):  # with all its blanks and brackets
        return _holds(number)
    try:
        test: Test = _Tests().transform(_grammar().parse(text))
    except UnexpectedInput:
        message = f"the search term is incomplete, or has a reserved character without a backslash: {text}"
        raise error(400, "MALFORMED_SEARCH", message) from None
    except VisitError as problem:
        raise error(400, "MALFORMED_SEARCH", str(problem.orig_exc)) from None
    return test


@cache
def _grammar() -> Lark:
    return Lark(GRAMMAR.read_text("utf-8"), parser="lalr", lexer="basic")


@v_args(inline=True)
class _Tests(Transformer[Token, Test]):
    """One method per rule of the grammar."""

    def words(self, token: Token) -> Test:
        return _holds(_unescape(token.removeprefix('"').removesuffix('"') if token.type == "PHRASE" else token))

    def both(self, left: Test, right: Test) -> Test:
        return lambda searched: left(searched) and right(searched)

    def but_not(self, left: Test, right: Test) -> Test:
        return lambda searched: left(searched) and not right(searched)

    def either(self, *tests: Test) -> Test:
        return lambda searched: any(test(searched) for test in tests)


def _holds(term: str) -> Test:
    """One field has the words one after the other; a telephone number is compared by its digits."""
    words = re.findall(r"[\w*?]+", term.casefold())
    if any(word[0] in WILD for word in words):
        raise ValueError(f"The sandbox does not serve a wildcard at the beginning of a word: {term}")
    whole = r"\W+".join("".join(WILD.get(c) or re.escape(c) for c in word) for word in words)
    pattern = re.compile(rf"(?<!\w){whole}(?!\w)")

    def found(field: Field, value: str) -> bool:
        if field.type == "phone":
            return is_phone(term) and matches_phone(value, term)
        return bool(words and pattern.search(value.casefold()))

    return lambda searched: any(found(field, value) for field, value in searched)


def _unescape(text: str) -> str:
    """Without backslashes. An escaped wildcard is punctuation, which stands between words as a blank does."""
    return re.sub(r"\\(.)", lambda match: " " if match[1] in WILD else match[1], text, flags=re.DOTALL)
