"""The commonest reasons why a file is no YAML, seen in the line itself: where it is wrong, and the right form."""

import re
from collections.abc import Callable, Sequence

from app.mapping.indentation import wrong_indentation
from app.mapping.references import REF_KINDS
from app.mapping.unseen import said_of_unseen

# The line and the column, from 0, and what is to be told.
Mistake = tuple[int, int, str]

_PAIR = re.compile(r"(?P<before>\s*(?:- +)?)(?P<key>[A-Za-z_][\w.-]*):\s+(?P<value>\S.*?)\s*")
_IN_BRACES = re.compile(r"\{\s*(?P<key>[A-Za-z_]\w*):\s+(?P<value>[\"'].*?)\s*\}")
_NO_BLANK = re.compile(r"(?P<before>\s*(?:- +)?)(?P<key>[A-Za-z_]\w*):(?P<value>[^\s/].*?)\s*")
_NO_BLANK_BEHIND_DASH = re.compile(r"(?P<before>\s*)-(?P<rest>[A-Za-z_]\w*:.*)")
_REFERENCE = re.compile(rf"(?:{'|'.join(REF_KINDS)}):\s+\S.*")
_MAPPINGS = ("when", "fields", "with", "sources", "defaults", "groups")
_SIGN = re.compile(r"[-?!%@`]|[>|](?![-+\d\s]*(?:#.*)?$)")
_ESCAPE = re.compile(r'"[^"]*\\[^"\\/abefnrtuvxNLPU0 _\t][^"]*"')
_END = {'"': re.compile(r'"(?:\\.|[^"\\])*"'), "'": re.compile(r"'(?:''|[^'])*'")}
# How many lines above the one where YAML noticed it a mistake may be.
_ABOVE = 2


def mistake_in(text: str, line: int) -> Mistake | None:
    """The mistake in the line where YAML has noticed one, or shortly above; nothing if it is none of the known ones."""
    lines = text.splitlines()
    for index in range(line, max(line - _ABOVE, 0) - 1, -1):
        for look in _LOOKS if index < len(lines) else ():
            found = look(lines, index, index == line)
            if found:
                return (index, *found)
    # A mistake above shifts what is below, so that this is asked last.
    found = wrong_indentation(lines, line) if line < len(lines) else None
    return (line, *found) if found else None


def _unseen(lines: Sequence[str], index: int, _: bool) -> tuple[int, str] | None:
    said = said_of_unseen(lines[index].split(":")[0])
    return (0, said) if said else None


def _quotes(lines: Sequence[str], index: int, _: bool) -> tuple[int, str] | None:
    pair = _PAIR.fullmatch(lines[index])
    inner = _IN_BRACES.fullmatch(pair["value"]) if pair else None
    key, value = (inner["key"], inner["value"]) if inner else (pair["key"], pair["value"]) if pair else ("", "")
    quote = value[:1]
    if pair is None or quote not in _END:
        return None
    closed = _END[quote].match(value)
    rest = value[closed.end() :].lstrip() if closed else ""
    if not rest or rest[0] in "#,}]":
        return None
    place = pair.start("value") + (inner.start("value") if inner else 0)
    if value[-1] != quote or len(value) < 2:
        whole = value.replace(quote, "")
        return place, f"quotes stand around the whole text: write {key}: {_quoted(whole)}"
    said = f"the quote {quote} within a text that stands in {quote} ends it"
    return place, f"{said}: write {key}: {_quoted(value[1:-1], quote)}"


def _quoted(text: str, but: str = "") -> str:
    quote = next((one for one in "\"'" if one != but and one not in text), '"')
    return f"{quote}{text}{quote}" if quote not in text else f"{quote}{text.replace(quote, chr(92) + quote)}{quote}"


def _blank_missing(lines: Sequence[str], index: int, _: bool) -> tuple[int, str] | None:
    dash = _NO_BLANK_BEHIND_DASH.fullmatch(lines[index])
    if dash:
        return dash.end("before"), f"a blank is missing behind the -: write `- {dash['rest'].strip()}`"
    pair = _NO_BLANK.fullmatch(lines[index])
    if pair:
        return pair.start("key"), f"a blank is missing behind the colon: write `{pair['key']}: {pair['value']}`"
    return None


def _template(lines: Sequence[str], index: int, noticed: bool) -> tuple[int, str] | None:
    pair = _PAIR.fullmatch(lines[index])
    if not noticed or pair is None or not pair["value"].startswith(("{{", "{%")):
        return None
    return pair.start("value"), f"a template needs quotes: write {pair['key']}: {_quoted(pair['value'])}"


def _sign(lines: Sequence[str], index: int, noticed: bool) -> tuple[int, str] | None:
    pair = _PAIR.fullmatch(lines[index])
    if not noticed or pair is None or not _SIGN.match(pair["value"]):
        return None
    said = f"a text that begins with {pair['value'][0]} needs quotes"
    return pair.start("value"), f"{said}: write {pair['key']}: {_quoted(pair['value'])}"


def _escape(lines: Sequence[str], index: int, noticed: bool) -> tuple[int, str] | None:
    found = _ESCAPE.search(lines[index]) if noticed else None
    if found is None:
        return None
    wanted = re.sub(r"\\(.)", lambda one: one[0] if one[1] in '"\\' else f"\\\\{one[1]}", found[0])
    return found.start(), f"in double quotes each \\ is written twice: write {wanted}"


def _brackets(lines: Sequence[str], index: int, noticed: bool) -> tuple[int, str] | None:
    bare = re.sub(r"""("[^"]*"|'[^']*')""", lambda found: " " * len(found[0]), lines[index])
    for opening, closing in ("{}", "[]"):
        if noticed and bare.count(closing) > bare.count(opening) > 0:
            return bare.rindex(closing), f"{closing} closes what is not open: take it out"
    return None


def _colon(lines: Sequence[str], index: int, noticed: bool) -> tuple[int, str] | None:
    pair = _PAIR.fullmatch(lines[index])
    if not noticed or pair is None or pair["value"][0] in "\"'{[&*!|>#" or not re.search(r":(\s|$)", pair["value"]):
        return None
    value = pair["value"]
    is_mapping = pair["key"] in _MAPPINGS or _REFERENCE.fullmatch(value)
    wanted = f"{{{value}}}" if is_mapping else _quoted(value)
    return pair.start("value"), f"a text with a colon needs quotes, a mapping {{ }}: write {pair['key']}: {wanted}"


_LOOKS: Sequence[Callable[[Sequence[str], int, bool], tuple[int, str] | None]] = (
    _unseen,
    _quotes,
    _blank_missing,
    _template,
    _escape,
    _sign,
    _brackets,
    _colon,
)
