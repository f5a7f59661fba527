"""Whether callbacks can come to each rule: the order of the rules, and conditions that nothing fulfils."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from app.domain.numbers import normalize
from app.domain.source import DEFAULT_SOURCE
from app.mapping.codes import Code
from app.mapping.conditions import KeyKind, covers, find_key
from app.mapping.document import Document
from app.mapping.environment import EnvText
from app.mapping.instead import WHEN
from app.mapping.problems import Finding, Path, did_you_mean
from app.mapping.when_texts import WhenText, texts_of

Written = list[Mapping[str, Any]]


def check_reach(
    rules: list[dict[str, Any]], written: Written, sources: Mapping[str, Any], document: Document
) -> Iterator[Finding]:
    """Rules that no callback comes to, and conditions on values that never occur."""
    yield from _check_order(rules, written)
    # Of a rule with a wrong condition it is not known what it matches.
    known = [rule if _is_whole(rule, raw) else {} for rule, raw in zip(rules, written, strict=False)]
    yield from _check_earlier(known)
    for index, rule in enumerate(rules):
        for name in rule.get("when") or {}:
            yield from _never(name, written[index]["when"].get(name), ("rules", index, "when", name), sources, document)


def _check_order(rules: list[dict[str, Any]], written: Written) -> Iterator[Finding]:
    for index, (rule, raw) in enumerate(zip(rules[:-1], written, strict=False)):
        # A key that is called almost so is told already.
        misspelt = did_you_mean("when", map(str, raw.keys() - rule.keys())) or raw.keys() & {*WHEN}
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


def _never(name: str, raw: Any, path: Path, sources: Mapping[str, Any], document: Document) -> Iterator[Finding]:
    texts = [one for one in texts_of(raw, path) if not one.is_pattern]
    for one in texts if name == "source" else ():
        if one.text not in (sources or (DEFAULT_SOURCE,)):
            meant = did_you_mean(one.text, sources or (DEFAULT_SOURCE,))
            said = f'there is no source "{one.text}"' + (f"; {meant}" if meant else "")
            yield Finding(one.path, Code.NEVER_MATCHES, said)
    if find_key(name).kind is KeyKind.NUMBER:
        yield from _no_numbers(name, texts, sources, document)


def _no_numbers(name: str, texts: list[WhenText], sources: Mapping[str, Any], document: Document) -> Iterator[Finding]:
    """One finding for all numbers of a line."""
    regions = [source["region"] for source in sources.values() if "region" in source] or ["DE"]
    wrong = [(one, wanted) for one in texts if (wanted := _wanted(one.text, regions))]
    for _, same_line in groupby(wrong, key=lambda pair: document.position(pair[0].path)[0]):
        pairs = list(same_line)
        wanted = ", ".join(dict.fromkeys(wanted for _, wanted in pairs))
        many = len(pairs) > 1
        said = f"{len(pairs)} of these are never written like this" if many else f"{name} is never written like this"
        yield Finding(pairs[0][0].path, Code.NEVER_MATCHES, f"{said}: write {wanted}")


def _wanted(text: str, regions: Sequence[str]) -> str | None:
    read = [normalize(text, region) for region in regions]
    if re.fullmatch(r"\S+\.(?:txt|csv|list|lst)", text, re.IGNORECASE):
        return f"{{numbers: {text}}}"
    if text in read:
        return None
    # What a variable of the environment holds is not told, in whatever form.
    if isinstance(text, EnvText):
        return "it with + and the country code"
    if re.fullmatch(r"\+\d{1,6}", text):
        return f'{{matches: "\\\\{text}.*"}}'
    return f'"{read[0]}"' if read[0] else "{missing: true}"
