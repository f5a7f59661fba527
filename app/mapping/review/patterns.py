"""Patterns of the filter `part` as other programs write them."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.language.parsing import parse
from app.mapping.problems import Finding, Spot
from app.mapping.review.habits import habit_in_part
from app.mapping.review.leaves import field_values, leaves


def check_patterns(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """Every pattern that is written in a template."""
    for value in field_values(loaded):
        for leaf in leaves(value.raw, value.path):
            # What a variable of the environment holds is not told, in whatever form.
            if not leaf.template or isinstance(leaf.text, EnvText):
                continue
            for node in parse(leaf.template).find_all(nodes.Filter):
                given = node.args[0] if node.name == "part" and node.args else None
                said = habit_in_part(given.value) if isinstance(given, nodes.Const) else None
                if said:
                    yield Finding(leaf.path, Code.PATTERN_ODD, said, Spot(node.lineno, "part"))
