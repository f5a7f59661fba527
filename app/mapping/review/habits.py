"""What people write from other programs in the place of an exact text, and what they mean by it."""

import re

from app.mapping.patterns import as_pattern

_QUOTES = "\u201c\u201d\u201e\u201a\u2018\u2019\u00ab\u00bb\u2039\u203a"
_QUOTED = re.compile(rf"[{_QUOTES}]\s*(.+?)\s*[{_QUOTES}]", re.DOTALL)
_SIGNED = re.compile(r"(==|!=|<>|>=|<=|[=!<>]|not(?=\s)|NOT(?=\s))\s*(\S.*)")
_SLASHES = re.compile(r"/(.+)/([a-z]*)")
_LIKE_A_PATTERN = re.compile(r"\.[*+]|\\[dws]|\][*+]|\A\^|\A/.+/[a-z]*\Z")
_PLAIN = re.compile(r"[^\W\d_](?:\w| \w|-\w)*")
_ROW = 'a row is one exact value. Write a row for each, or let `of` cut out a part, "{{ callback_number[:3] }}"'
_NUMBER = r"\+?\d[\d /()-]*"
_NUMBERS = re.compile(rf"{_NUMBER}(?:[,;]\s*{_NUMBER})+")
# Several words with a comma between them; what has a blank may be the name of a person or of a group.
_CODES = re.compile(r"[A-Z0-9_]{2,}(?:\s*,\s*[A-Z0-9_]{2,})+")
_BEGINS = re.compile(r"\^?\\\+\d{1,6}|\^[\w \\+-]*\w")
_GLOB = re.compile(r"(?<!\\)\w\*")


def in_quotes(text: str) -> str | None:
    """What stands within the quotes of a word processor."""
    found = _QUOTED.fullmatch(text.strip())
    return found[1] if found else None


def habit(text: str, *, in_table: bool = False) -> str | None:
    """What is to be told of a text that a value has to equal; nothing if it may well be meant so."""
    found = _quoted(text) or _pattern(text) or _wildcard(text) or _several(text) or _signed(text)
    if found is None:
        return None
    said, wanted = found
    return f"{said}: {_ROW if in_table and wanted[0] in '[{' else f'write {wanted}'}"


def habit_in_pattern(pattern: str) -> str | None:
    """As `habit`, for a pattern of `matches`."""
    within = in_quotes(pattern)
    if within:
        return f'the quotes of a word processor count as part of the pattern: write "{within}"'
    slashes = _SLASHES.fullmatch(pattern)
    if slashes:
        wanted = f"{'(?i)' if 'i' in slashes[2] else ''}{_whole(slashes[1])}"
        return f'a pattern has no / around it, and is for the whole value: write "{wanted}"'
    if _PLAIN.fullmatch(pattern):
        return f'a pattern is for the whole value: for a part of it write ".*{pattern}.*"'
    if _BEGINS.fullmatch(pattern):
        wanted = pattern.removeprefix("^").replace("\\", "\\\\")
        return f'a pattern is for the whole value: for all that begin so write "{wanted}.*"'
    if _GLOB.search(pattern):
        return f'* repeats the character before it: for anything write .*, "{as_pattern(pattern)}"'
    return None


def habit_in_part(pattern: str) -> str | None:
    """As `habit_in_pattern`, for one that may be anywhere in the text."""
    within = in_quotes(pattern)
    if within:
        return f'the quotes of a word processor count as part of the pattern: write "{within}"'
    slashes = _SLASHES.fullmatch(pattern)
    if slashes:
        return f'a pattern has no / around it: write "{"(?i)" if "i" in slashes[2] else ""}{slashes[1]}"'
    if _GLOB.search(pattern):
        return f'* repeats the character before it: for anything write .*, "{as_pattern(pattern)}"'
    return None


def _quoted(text: str) -> tuple[str, str] | None:
    within = in_quotes(text)
    return ("the quotes of a word processor count as part of the value", f'"{within}"') if within else None


def _pattern(text: str) -> tuple[str, str] | None:
    if not _LIKE_A_PATTERN.search(text):
        return None
    slashes = _SLASHES.fullmatch(text)
    whole = f"{text.removeprefix('^').removesuffix('$')}{'.*' if _BEGINS.fullmatch(text) else ''}"
    wanted = (_whole(slashes[1]) if slashes else whole).replace("\\", "\\\\")
    return "this is compared as it stands, and not as a pattern", f'{{matches: "{wanted}"}}'


def _whole(pattern: str) -> str:
    begin = "" if pattern.startswith(("^", ".*")) else ".*"
    end = "" if pattern.endswith(("$", ".*")) else ".*"
    return f"{begin}{pattern.removeprefix('^').removesuffix('$')}{end}"


def _wildcard(text: str) -> tuple[str, str] | None:
    sign = next((one for one in (text[:1], text[-1:]) if one in ("*", "%")), None)
    if sign is None or len(text) == 1 or re.fullmatch(r"\d+\s?%", text):
        return None
    return f"{sign} is no placeholder here", f'{{matches: "{as_pattern(text.replace("%", "*"))}"}}'


def _several(text: str) -> tuple[str, str] | None:
    listed = _NUMBERS.fullmatch(text) or _CODES.fullmatch(text)
    parts = re.split("[,;]" if listed else r"\|+|\s(?:or|oder)\s", text)
    if len(parts) == 1 or not all(part.strip() for part in parts):
        return None
    values = ", ".join(f'"{part.strip()}"' for part in parts)
    return "this is one value, and not several", f"[{values}]"


def _signed(text: str) -> tuple[str, str] | None:
    found = _SIGNED.fullmatch(text)
    if found is None:
        return None
    said, value = f"{found[1]} counts as part of the value", found[2].strip("\"'")
    if found[1] in ("=", "=="):
        return said, f'"{value}"'
    if found[1].lower() in ("!", "!=", "<>", "not"):
        return said, f'{{not: "{value}"}}'
    return said, "[…], a list, since nothing compares it"
