"""The pages on rules are true and complete: their examples load and make what they say, and every word is there."""

import json
import re
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from app.domain.record import Record
from app.mapping.config import find_problems, load_config
from app.mapping.filters import FILTERS
from app.mapping.filters.filter import Filter
from app.mapping.hours_meant import DAYS
from app.mapping.names import FRIENDLY, JTELS
from app.mapping.references import BY, REF_KINDS
from app.mapping.typed import KINDS
from app.mapping.when import OPERATORS
from app.payload import read
from tests.mapping.records import as_json
from tests.payload.reading import RECEIVED_AT

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "".join((DOCS / name).read_text("utf-8") for name in ("mapping.md", "rule-reference.md", "templates.md"))
CALLBACK = json.loads((Path(__file__).parent / "cases" / "callback.json").read_text(encoding="utf-8"))
WISHES = json.loads((Path(__file__).parent / "wishes.json").read_text(encoding="utf-8"))
ENVIRONMENT = {"TENANT": "Acme"}
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)


def examples(page: str) -> list[str]:
    """The YAML of a page; a rule that is shown alone is put above a last one."""
    return [block if "rules:" in block else _as_file(block) for block in BLOCK.findall(page)]


def _as_file(rule: str) -> str:
    defaults = "defaults: {fields: {SuppliedPhone: '{{ callback_number }}'}}\n"
    return f"{defaults}rules:\n{indent(dedent(rule), '  ')}\n  - name: everyone-else\n"


@pytest.mark.parametrize("text", examples(PAGE), ids=lambda text: " ".join(re.findall(r"name: (\S+)", text)))
def test_examples_are_right(tmp_path, text):
    """Every example can be copied: there is not even a warning."""
    file = tmp_path / "ringback.yaml"
    file.write_text(text, encoding="utf-8")

    assert [] == find_problems(file, ENVIRONMENT)


@pytest.mark.parametrize("text", examples((DOCS / "configuration.md").read_text(encoding="utf-8")), ids=len)
def test_examples_of_sources_are_right(tmp_path, text):
    """So can those of the page on sources."""
    test_examples_are_right(tmp_path, text)


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish["wish"])
def test_wishes_come_true(tmp_path, wish):
    """What the page answers to a wish does what was wished for, and other callbacks are left alone."""
    section = PAGE[PAGE.index(f"### {wish['wish']}\n") :]
    file = tmp_path / "ringback.yaml"
    file.write_text(examples(section)[0], encoding="utf-8")
    record, rule = mapped(file, wish["callback"])
    fields = as_json(record)["fields"]

    assert wish["rule"] == rule
    assert wish["fields"] == {name: fields.get(name) for name in wish["fields"]}


def test_there_is_a_test_for_each_wish():
    """All of them."""
    assert sorted({wish["wish"] for wish in WISHES}) == sorted(re.findall(r"^### (\d+\. .*)$", PAGE, re.M))


@pytest.mark.parametrize("one", FILTERS.values(), ids=lambda one: one.name)
def test_filters_are_on_the_page(one):
    """Each filter has its row: what it takes, what it does, an example and what that gives."""
    assert row_of(one) in PAGE


@pytest.mark.parametrize("name", FRIENDLY)
def test_names_are_on_the_page(name):
    """Each friendly name has its row."""
    assert f"| `{name}` | {FRIENDLY[name].meaning} |" in PAGE


@pytest.mark.parametrize("word", [*JTELS, *OPERATORS, *REF_KINDS, *KINDS, *BY["user"], DAYS[0], DAYS[-1], "otherwise"])
def test_words_are_on_the_page(word):
    """Every other word of the language is on it, too."""
    assert re.search(rf"\b{word}\b", PAGE)


def row_of(one: Filter) -> str:
    """A filter's row; a pipe in a table has a backslash, and a new line a sign."""
    signature = one.name + (str(one.signature) if one.signature.parameters else "")
    row = f"| `{signature}` | {one.does.rstrip('.')} | `{_cell(one.template)}` | `{_cell(one.gives)}` |"
    return row.replace("\n", "⏎")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def mapped(file: Path, changes: dict[str, Any]) -> tuple[Record, str]:
    """The record of the sample callback with these changes, and its rule."""
    config = load_config(file, ENVIRONMENT)
    body = json.dumps({**CALLBACK, **changes}).encode()
    callback = read(body, b"", config.sources["default"], RECEIVED_AT)
    rule = config.rule_for(callback)
    return rule.apply(callback), rule.name
