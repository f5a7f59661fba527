"""Whether callbacks can come to each rule: the order of the rules, and conditions that nothing fulfils."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.numbers import normalize
from app.domain.source import DEFAULT_SOURCE
from app.mapping.codes import Code
from app.mapping.conditions import AllOf, AnyOf, Condition, KeyKind, Not, OneOf, covers, find_key
from app.mapping.environment import EnvText
from app.mapping.problems import Finding, Path, did_you_mean

Written = list[Mapping[str, Any]]


def check_reach(rules: list[dict[str, Any]], written: Written, sources: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules that no callback comes to, and conditions on values that never occur."""
    yield from _check_order(rules, written)
    # Of a rule with a wrong condition it is not known what it matches.
    known = [rule if _is_whole(rule, raw) else {} for rule, raw in zip(rules, written, strict=False)]
    yield from _check_earlier(known)
    for index, rule in enumerate(rules):
        for name, condition in (rule.get("when") or {}).items():
            for text in _never(name, condition, sources):
                yield Finding(("rules", index, "when", name), Code.NEVER_MATCHES, text)


def _check_order(rules: list[dict[str, Any]], written: Written) -> Iterator[Finding]:
    for index, (rule, raw) in enumerate(zip(rules[:-1], written, strict=False)):
        # A key that is called almost so is told already.
        misspelt = did_you_mean("when", map(str, raw.keys() - rule.keys()))
        if rule.get("when") == {} and rule.get("name") and not misspelt:
            text = "only the last rule may match every callback: the rules below are never reached"
            yield Finding(("rules", index), Code.RULE_UNREACHABLE, text)
    if rules and rules[-1].get("when"):
        path: Path = ("rules", len(rules) - 1, "when")
        text = "the last rule has to match every callback: take its `when` out, or add a rule without one"
        yield Finding(path, Code.CATCH_ALL_MISSING, text)


def _is_whole(rule: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    raw = written.get("when")
    return isinstance(raw, Mapping) and len(rule.get("when") or {}) == len(raw)


def _check_earlier(rules: list[dict[str, Any]]) -> Iterator[Finding]:
    for index, rule in enumerate(rules):
        earlier = next((one for one in rules[:index] if _precedes(one, rule)), None)
        if earlier is not None:
            said = f'the rule "{earlier.get("name", "")}" above takes every callback that this one would'
            text = f"{said}: it is never reached. Put it above, or take it out"
            yield Finding(("rules", index, "when"), Code.RULE_UNREACHABLE, text)


def _precedes(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    wide, narrow = earlier.get("when"), later.get("when")
    if not wide or not narrow:
        return False
    return all(name in narrow and covers(condition, narrow[name]) for name, condition in wide.items())


def _never(name: str, condition: Condition, sources: Mapping[str, Any]) -> Iterator[str]:
    kind = find_key(name).kind
    for value in sorted(_values(condition)):
        if name == "source" and value not in (sources or (DEFAULT_SOURCE,)):
            meant = did_you_mean(value, sources)
            yield f'there is no source "{value}"' + (f"; {meant}" if meant else "")
        if kind is KeyKind.NUMBER:
            yield from _never_a_number(name, value, sources)


def _never_a_number(name: str, value: str, sources: Mapping[str, Any]) -> Iterator[str]:
    regions = [source["region"] for source in sources.values() if "region" in source] or ["DE"]
    read = [normalize(value, region) for region in regions]
    if value not in read:
        written = f'"{read[0]}"' if read[0] else "{missing: true}"
        # What a variable of the environment holds is not told, in whatever form.
        wanted = "it with + and the country code" if isinstance(value, EnvText) else written
        yield f"{name} is never written like this: write {wanted}"


def _values(condition: Condition) -> set[str]:
    if isinstance(condition, OneOf):
        return set(condition.values)
    if isinstance(condition, Not):
        return _values(condition.other)
    if isinstance(condition, (AllOf, AnyOf)):
        return {value for part in condition.parts for value in _values(part)}
    return set()
