"""Whatever a template says and a caller sends: it ends soon, in a text or in an error, and needs little memory.

`hostile_templates/refused/` holds what no configuration may hold, `failing/` what ends in an error for some callback,
and `ending/` what looks bad and is not. `hostile.py` tries each with the largest texts that a caller can send.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.callback import Callback
from app.mapping.language.limits import TemplateError
from app.mapping.language.template import compile_native, compile_text, names_of
from tests.mapping.examples import EXAMPLES
from tests.mapping.hostile import hostile_callback
from tests.payload.reading import RECEIVED_AT, SOURCE
from tests.payload.strategies import PROPERTY

TEMPLATES = Path(__file__).parent / "hostile_templates"
SECONDS = 3  # of the processor, for one template and one callback; all that is here takes a tenth of one

# What is too long to be read in a file: before, what is repeated and how often, behind.
REFUSED = {
    "parentheses": ("{{ ", "(", 9_000, "1" + ")" * 9_000 + " }}"),
    "lists": ("{{ ", "[", 9_000, "]" * 9_000 + " }}"),
    "brackets": ("{{ body", "[0]", 6_000, " }}"),
    "dots": ("{{ extra", ".a", 9_000, " }}"),
    "nots": ("{{ ", "not ", 4_900, "1 }}"),
    "minuses": ("{{ ", "- ", 9_000, "1 }}"),
    "filters": ("{{ body", "|upper", 3_000, " }}"),
    "methods": ("{{ body", ".upper()", 2_400, " }}"),
    "sums": ("{{ 1", "+1", 9_000, " }}"),
    "ors": ("{{ body", " or body", 2_000, " }}"),
    "choices": ("{{ ", "1 if body else ", 1_200, "1 }}"),
    "joined": ("{{ body", "~body", 3_500, " }}"),
    "compared": ("{{ 1", "<1", 9_000, " }}"),
    "ifs": ("", "{% if body %}", 300, "x" + "{% endif %}" * 300),
    "open ifs": ("", "{% if body %}", 1_300, "x"),
    "elifs": ("{% if body %}", "{% elif body %}", 1_200, "{% endif %}"),
    "outputs": ("", "{{body}}", 2_400, ""),
    "a long text": ("{{ body }}", "x", 20_000, ""),
    "open braces": ("", "{{", 10_000, ""),
    "open statements": ("", "{%", 10_000, ""),
    "open comments": ("", "{#", 10_000, ""),
    "open raws": ("", "{% raw %}", 2_200, ""),
    "trims": ("", "{{-", 6_600, ""),
    "blanks": ("{{", " ", 19_000, ""),
    "line ends": ("{% if body %}", "\n \n", 6_000, "{%- else -%}"),
    "quotes": ("{{ '", "\\'", 9_900, ""),
    "an open text": ('{{ "', "a", 19_000, ""),
    "digits": ("{{ ", "9", 6_000, " }}"),
}
FAILING = {
    "a list's text": ("{{ [", "body,", 900, "] }}"),
    "a joined list": ("{{ [", "body,", 900, '] | join(", ") }}'),
    "lists as texts": ("{{ (", "[body,body,body,body,body,body,body,body] ~ ", 100, "body) | length }}"),
    "many texts": ("", "{{ body }}", 90, ""),
    "many digits": ("", "{{ body | digits | cut(1) }}", 90, ""),
    "much HTML": ("", "{{ body | html_to_text | cut(1) }}", 90, ""),
}


@pytest.mark.parametrize("folder", ["refused", "failing", "ending"])
def test_ends_soon_and_in_little_memory(folder):
    """No template needs more than seconds of the processor or 256 MB, and each ends as its folder says."""
    found = tried(folder)

    assert [] == [name for name, outcome in found.items() if outcome.get("seconds", SECONDS) >= SECONDS]
    assert {} == {name: outcome for name, outcome in found.items() if folder != fate_of(outcome)}


def test_refusal_says_what_is_wrong():
    """Each refusal is a sentence for the integrator, and none of Python's."""
    said = [str(outcome.get("refused")) for outcome in tried("refused").values()]

    assert [] == [text for text in said if "Error" in text or "object" in text or " " not in text]


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% raise %}", "{{ summary }}", "{% for x in y %}", "${HOME}"])
@pytest.mark.parametrize(
    "template", ["{{ body }}", "{{ body | upper | lower | one_line }}", "{{ extra }}{{ body ~ '' }}"]
)
def test_what_a_caller_sends_is_no_template(template, text):
    """A text that looks like a template stays a text, wherever it goes."""
    callback = Callback(SOURCE, "4711", RECEIVED_AT, body=text.lower(), extra={"x": 1})

    assert text.lower() in str(compile_text(template)(names_of(callback)))


@PROPERTY
@given(st.text("{}%#()[]|.,'\"-+*/~=<>! abcdefnotrisubj019\n", max_size=80) | st.text(max_size=40))
def test_any_text_is_a_template_or_refused(text):
    """Any text at all is compiled or refused with a sentence, and what is compiled ends."""
    ends(text)
    ends("{{ " + text + " }}")
    ends("{% if " + text + " %}x{% endif %}")


@settings(PROPERTY, max_examples=EXAMPLES)
@given(st.deferred(lambda: expressions()))
def test_any_expression_ends(expression):
    """Whatever is put together of what the language has ends in a value or in an error of its own, for any callback."""
    ends("{{ " + expression + " }}")


def ends(template: str) -> None:
    """Compiles `template` and evaluates it for a callback with everything and one with nothing."""
    try:
        renders = [compile_text(template), compile_native(template)]
    except ValueError:
        return
    for callback in EVERYTHING_AND_NOTHING:
        for render in renders:
            try:
                render(names_of(callback))
            except TemplateError as error:
                assert not str(error).endswith("Error"), f"{template}: {error}"  # noqa: PT017 (an error is not wanted)


EVERYTHING_AND_NOTHING = (hostile_callback("<p>1 ", "a"), Callback(SOURCE, "4711", RECEIVED_AT))


def expressions() -> st.SearchStrategy[str]:
    """Expressions of names, literals, operators, filters, methods and tests, right and wrong ones."""
    names = [
        "subject",
        "body",
        "call_start",
        "waited",
        "extra",
        "extra.list",
        "extra.nan",
        "extra.big",
        "group_id",
        "true",
    ]
    literals = ["1", "0", "-1", "2.5", "'a'", "''", "'10'", "none", "[1, 'a']", "{'a': 1}", "999999999999999999"]
    leaves = st.sampled_from([*names, *literals])
    return st.recursive(leaves, _around, max_leaves=8)


_BEHIND = (
    "|upper; |cut(5); |length; |first; |join(','); |int; |round(2); |default('x'); |minutes; |time; |plus(days=1); "
    "|e164; |digits; |iso; |at('09:00'); |weekday('de'); |replace('a', 'b'); |one_line; |html_to_text; |float; "
    ".upper(); .split('a'); .strftime('%d'); .get('a'); .items(); .year; .days; .a; [0]; [1:]; [-1:'a']; "
    ".replace('a', body); .total_seconds();  is defined;  is number"
)


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or"])
    behind = st.sampled_from(_BEHIND.split("; "))
    return (
        st.builds("({} {} {})".format, inner, signs, inner)
        | st.builds("({}{})".format, inner, behind)
        | st.builds("({} if {} else {})".format, inner, inner, inner)
        | st.builds("{}[{}]".format, inner, inner)
        | st.builds("({}|default({}))".format, inner, inner)
        | st.builds("[{}, {}]".format, inner, inner)
        | st.builds("(not {})".format, inner)
        | st.builds("(-{})".format, inner)
    )


def tried(folder: str) -> dict[str, Any]:
    """What `hostile.py` says of the folder's templates, and of those that are repeated here."""
    return {name: outcome for (of, name), outcome in all_tried().items() if of == folder}


@cache
def all_tried() -> dict[tuple[str, str], Any]:
    """The same of all folders, for which a process is started once."""
    templates = {
        f"{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.glob("*/*.txt"))
    }
    for folder, repetitions in {"refused": REFUSED, "failing": FAILING}.items():
        for name, (before, repeated, times, behind) in repetitions.items():
            templates[f"{folder}/{name}"] = before + repeated * times + behind
    run = subprocess.run(
        [sys.executable, "-m", "tests.mapping.hostile"],
        input=json.dumps(templates),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    outcomes = {outcome.pop("name"): outcome for outcome in map(json.loads, run.stdout.splitlines())}
    assert templates.keys() == outcomes.keys()
    return {(name.partition("/")[0], name.partition("/")[2]): outcome for name, outcome in outcomes.items()}


def fate_of(outcome: dict[str, Any]) -> str:
    """The folder that it belongs to."""
    if "refused" in outcome or "broke" in outcome:
        return "refused" if "refused" in outcome else "broke"
    return "failing" if outcome["failed"] else "ending"
