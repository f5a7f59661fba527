"""Where fixtures lie: `fixtures/<rule>/<name>.in.json` is a payload, `<name>.out.json` the record wanted of it.

`fixtures/<rule>/<source>/…` holds those of another source than the usual one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.mapping.problems import did_you_mean
from app.mapping.rules import Config

WANTED = ".out.json"
_SENT = re.compile(r"(.+)\.in\.\w+")


@dataclass(frozen=True)
class Fixture:
    """A payload in a `file`, and the file of the record that is `wanted` of it by the rule of its folder.

    `wrong` is a sentence where the file is no fixture, or lies in the wrong place.
    """

    file: Path
    wanted: Path
    rule: str
    source: str | None = None
    wrong: str = ""


def fixtures_in(folder: Path, config: Config) -> Iterator[Fixture]:
    """Every fixture, by its name, and every file that should be one. Raises `OSError`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    wanted = {_wanted(path) for path in files}
    for file in files:
        if file not in wanted:
            *folders, _ = file.relative_to(folder).parts
            rule, *source = folders or [""]
            wrong = _misnamed(file, files) or _misplaced(rule, source, config)
            yield Fixture(file, _wanted(file) or file, rule, source[0] if source else None, wrong)


def rules_without(fixtures: list[Fixture], config: Config) -> list[str]:
    """The rules that no fixture shows."""
    shown = {one.rule for one in fixtures}
    return [rule.name for rule in config.rules if folder_of(rule.name) not in shown]


def folder_of(rule: str) -> str:
    """The name of a rule's folder."""
    return rule.replace("/", "-")


def _wanted(file: Path) -> Path | None:
    found = _SENT.fullmatch(file.name)
    return file.with_name(found[1] + WANTED) if found else None


def _misnamed(file: Path, files: list[Path]) -> str:
    if file.name.endswith(WANTED):
        return f"there is no payload for it: {file.name.removesuffix(WANTED)}.in.json"
    wanted = _wanted(file)
    if wanted is None:
        return "it is no fixture: a payload is called NAME.in.json, or .in.form, .in.query"
    twins = [one.name for one in files if one != file and _wanted(one) == wanted]
    return f"{', '.join(twins)} has the same name: give one of them another" if twins else ""


def _misplaced(rule: str, source: list[str], config: Config) -> str:
    if not rule:
        return "it lies in the folder of no rule"
    rules = {folder_of(one.name) for one in config.rules}
    if rule not in rules:
        meant = did_you_mean(rule, rules)
        return f'there is no rule "{rule}"' + (f"; {meant}" if meant else "")
    if source and (len(source) > 1 or source[0] not in config.sources):
        return f'there is no source "{"/".join(source)}"; known: {", ".join(config.sources)}'
    return ""
