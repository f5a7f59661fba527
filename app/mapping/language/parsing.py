"""A template's text as Jinja's tree, of a size that is read soon and never too deep for what walks it."""

import re
from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from app.domain.characters import UNSTORABLE
from app.mapping.codes import Code
from app.mapping.problems import Spot, WrongError

LONGEST_TEMPLATE = 20_000
MOST_NODES = 2_000
DEEPEST = 50

_TOO_DEEP = f"the template nests more than {DEEPEST} deep; make it simpler, or write a mapper"

_TOKENS = {"end of print statement": "}}", "end of statement block": "%}"}
_CHOICE = 'a choice is written {{ "a" if subject else "b" }}'
_PAIRS = "X closes what is not open: ( ), [ ] and { } go in pairs"
# X stands for what the pattern has found.
_BETTER = (
    (r"expected token '}}', got '(=)'", "two values are compared with ==, a name is set by {% set name = value %}"),
    (r"expected token '.+', got '(equals?|eq|is|gleich)'", "two values are compared with =="),
    (r"expected token '.+', got '(contains|includes)'", "a part is looked for with `in`: {% if 'A' in subject %}"),
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
WORKING_STANDS = 'working time stands beside the template: {datetime: "{{ requested_at }}", plus: 4 h, within: *hours}'
_HABITS = (
    (re.compile(r"\bplus\([^)]*\bwork"), WORKING_STANDS),
    (
        re.compile(r"\{\{-?\s*((?:if|elif|else|endif|for|endfor|set)\b[^{}]*?)\s*-?\}\}"),
        r"what decides or sets stands in {% %}: write {% \1 %}",
    ),
    (
        re.compile(r"\|\s*([a-z_]\w*)[\s:]+(\d+|\"[^\"]*\"|'[^']*')\s*(?=\||\}\}|%\})"),
        r"what a filter takes stands in ( ): write | \1(\2)",
    ),
    (re.compile(r"\{%-?\s*else\s?if\b\s*([^{}%]*?)\s*-?%\}"), r"write {% elif \1 %}"),
    (re.compile(r"\{%-?\s*if\s+([^{}%]*?)\s+then\s*-?%\}"), r"there is no `then`: write {% if \1 %}"),
    (re.compile(r"\{%-?\s*(?:end|fi|end if)\s*-?%\}"), "write {% endif %}"),
    (
        re.compile(r"\{\{\s*([\w.]+)\s*\?\s*([^{}:]+?)\s*:\s*([^{}]+?)\s*\}\}"),
        r"a choice is written {{ \2 if \1 else \3 }}",
    ),
    (re.compile(r"\{\{\s*([\w.]+)\s*\?\?\s*([^{}]+?)\s*\}\}"), r"another value is written {{ \1 or \2 }}"),
)


def parse(text: str) -> nodes.Template:
    """The tree of `text`. Raises `ValueError` with a sentence."""
    if len(text) > LONGEST_TEMPLATE:
        raise ValueError(f"the template has {len(text)} characters; at most {LONGEST_TEMPLATE} are allowed")
    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        said = f"the template has an error in its line {error.lineno}: {_habit(text) or _readable(error.message or '')}"
        raise WrongError(Code.TEMPLATE_INVALID, said, spot=Spot(error.lineno)) from error
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    except ValueError as error:  # Python's own limit on the digits of a number
        raise ValueError("the template holds a number that is too long") from error
    _measure(tree)
    return tree


def check_characters(text: str) -> None:
    """Raises `ValueError` when `text` holds what no database and no CRM takes."""
    if UNSTORABLE.search(text):
        raise ValueError("the template holds a character that cannot be stored")


def _habit(text: str) -> str:
    """What to tell of a template as another language writes it; nothing if it is none of those."""
    # An escape may be what a variable of the environment holds, which is not told.
    if "\\U" in text:
        return ""
    return next((found.expand(better) for pattern, better in _HABITS if (found := pattern.search(text))), "")


def _readable(said: str) -> str:
    """What Jinja says of a template that it cannot read, in an admin's words where there are better ones."""
    for name, sign in _TOKENS.items():
        said = said.replace(name, sign)
    for pattern, better in _BETTER:
        found = re.fullmatch(pattern, said)
        if found:
            return better.replace("X", found[1])
    return said


def _measure(tree: nodes.Template) -> None:
    level: list[nodes.Node] = [tree]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        level = [child for node in level for child in node.iter_child_nodes()]
        if count > MOST_NODES:
            raise ValueError(f"the template has more than {MOST_NODES} parts; make it simpler, or write a mapper")
        if not level:
            return
    raise ValueError(_TOO_DEEP)


@cache
def _environment() -> Environment:
    # It only parses: nothing is escaped, since what becomes of a template is no HTML.
    return Environment(autoescape=False)  # noqa: S701
