"""What Jinja says of a template that it cannot read, in an admin's words."""

import re

_TOKENS = {"end of print statement": "}}", "end of statement block": "%}"}
_CHOICE = 'a choice is written {{ "a" if subject else "b" }}'
_PAIRS = "X closes what is not open: ( ), [ ] and { } go in pairs"
# X stands for what the pattern has found.
_BETTER = tuple(
    (re.compile(pattern), better)
    for pattern, better in (
        (
            r"expected token '}}', got '(.+)'",
            "X stands where }} is wanted: a name holds no blank, a filter stands behind |, a text in quotes",
        ),
        (r"expected token '%}', got '(=)'", "two values are compared with =="),
        (r"expected token 'name', got '(.+)'", "behind | the name of a filter is wanted; `or` is written as a word"),
        (r"expected token '.+', got '(.+)'", "X cannot stand here"),
        (r"unexpected '.', expected '(.)'", "X is missing"),
        (r"unexpected '(})'", "X stands alone: what {{ opens ends with }}, what { opens ends with }"),
        (r"unexpected '([)\]])'", _PAIRS),
        (r"(?:Expected an expression, got|unexpected) '(}}|%})'", "a value is missing before X"),
        (r"unexpected '(.+)'", "X cannot stand here"),
        (r"unexpected char '(\?)' at \d+", f"X means nothing here; {_CHOICE}"),
        (r"unexpected char '([&!])' at \d+", "X means nothing here: `and`, `or`, `not` are written as words"),
        (r"unexpected char (?:\"(?=')|'(?=\"))(.). at \d+", "the quote X is not closed"),
        (
            r"unexpected char '([\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb])' at \d+",
            "X is no quote here: write ' or \"",
        ),
        (r"unexpected char '(.+)' at \d+", "X means nothing in a template"),
        (r"unexpected end of template, expected '(.+)'\.", "X is missing at its end"),
        (r"Unexpected end of template\..*closed is '(set)'\.", "write {% set name = value %}"),
        (r"Unexpected end of template\..*closed is '(\w+)'\.", "{% X %} is not closed: write {% endX %} where it ends"),
        (r"Encountered unknown tag '(else ?if)'.*", "write {% elif %}"),
        (r"Encountered unknown tag '(\w+)'.*", "{% X %} cannot stand here"),
    )
)


def readable(said: str) -> str:
    """The sentence, in other words where there are better ones."""
    for name, sign in _TOKENS.items():
        said = said.replace(name, sign)
    for pattern, better in _BETTER:
        found = pattern.fullmatch(said)
        if found:
            return better.replace("X", found[1])
    return said
