"""The options of mappers: what a rule inherits, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.mapping.codes import Code
from app.mapping.messages import UNKNOWN, flatten
from app.mapping.problems import Finding, Path, unknown_key
from app.mapping.registry import find_mapper


def options_of(rule: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a rule's mapper. They belong to it: a rule with another mapper does not inherit them."""
    inherited = {} if rule.get("mapper") else defaults.get("with_") or {}
    return {**inherited, **(rule.get("with_") or {})}


def check_options(
    path: Path,
    mapper: str | None,
    written: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
) -> Iterator[Finding]:
    """What the mapper does not take of the options at `path`; `options` are those with the inherited ones."""
    if mapper is None or not (written or options is not None):
        return
    schema = find_mapper(mapper).Options()
    known = [field.data_key or name for name, field in schema.fields.items()]
    try:
        messages = schema.validate(dict(written if options is None else options))
    # The schema is foreign code.
    except (Exception, SystemExit) as error:
        text = f'the Options of mapper "{mapper}" failed with {type(error).__name__}; its developer has to mend it'
        yield Finding(path, Code.MAPPER_BROKEN, text)
        return
    for finding in flatten(messages, written, code=Code.OPTION_INVALID):
        where = finding.path
        # What the defaults got wrong is told there, and only there.
        if where and where[0] not in written and where[0] in (options or {}):
            continue
        if finding.text == UNKNOWN:
            yield Finding((*path, *where), Code.UNKNOWN_KEY, unknown_key(str(where[-1]), known))
        else:
            yield Finding((*path, *where), finding.code, finding.text)
