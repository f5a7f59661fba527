"""A template's text as Jinja's tree, of a size that is read soon and never too deep for what walks it."""

from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from app.domain.characters import UNSTORABLE
from app.mapping.codes import Code
from app.mapping.language.syntax_errors import readable
from app.mapping.problems import Spot, WrongError

LONGEST_TEMPLATE = 20_000
MOST_NODES = 2_000
DEEPEST = 50

_TOO_DEEP = f"the template nests more than {DEEPEST} deep; make it simpler, or write a mapper"


def parse(text: str) -> nodes.Template:
    """The tree of `text`. Raises `ValueError` with a sentence."""
    if len(text) > LONGEST_TEMPLATE:
        raise ValueError(f"the template has {len(text)} characters; at most {LONGEST_TEMPLATE} are allowed")
    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        said = f"the template has an error in its line {error.lineno}: {readable(error.message or '')}"
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
