"""What a template means. Its filters are in `test_filters.py`, what it may not do in `test_safety.py`."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined

from app.domain.callback import Callback
from app.mapping.language.limits import TemplateError
from app.mapping.language.template import compile_native, compile_text, names_of
from app.mapping.templates import Fields
from tests.mapping.test_filters import CALLBACK
from tests.payload.reading import RECEIVED_AT, SOURCE
from tests.payload.strategies import PROPERTY

OWN = "; a text stands in quotes, a field of your own is extra."
NOTHING = Callback(SOURCE, "4711", RECEIVED_AT)
JINJA = Environment(undefined=StrictUndefined, autoescape=False)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Callback", "Callback"),
        ("  Callback \n", "Callback"),
        ("{# a comment #}", None),
        ("{{ user_data }}", None),
        ("{{ service_name }} / {{ group_name }}", "Service Hotline / B2B Hotline"),
        ("{% if waited | minutes >= 3 %}long{% elif waited %}short{% else %}unknown{% endif %}", "long"),
        ("{% set name = group_name or service_name %}{{ name }}", "B2B Hotline"),
        ("{% if false %}{% set name = 1 %}{% endif %}{{ name | default('none') }}", "none"),
        ("{% set subject = 'Mine' %}{{ subject }}", "Mine"),
        ("{% if false %}{% set source = 'x' %}{% endif %}{{ source }}", "default"),
        ("{% set a, b = service_name.split(' ') %}{{ b }}, {{ a }}", "Hotline, Service"),
        ("{% for w in service_name.split(' ') %}{{ loop.index }}{{ w }}{% if not loop.last %}-{% endif %}{% endfor %}",
         "1Service-2Hotline"),
        ("{% for n in [1, 2, 3] if n != 2 %}{{ n }}{% endfor %}{% for n in [] %}{% else %}none{% endfor %}", "13none"),
        ("{% for n in user_data %}{{ n }}{% else %}none{% endfor %}", "none"),
        ("{% set n = 1 %}{% for m in [2, 3] %}{% set n = m %}{% endfor %}{{ n }}", "1"),
        ("{% for name, value in extra.items() %}{{ name }}: {{ value }}{% endfor %}", "Language: de"),
        ("{{ extra }}", '{"Language": "de"}'),
        ("{{ extra.Language }}{{ extra['Language'] }}{{ extra.get('Language') }}{{ extra.get('x', 'y') }}", "dededey"),
        ("{{ [1, 2.5, true, user_data, waited] }}", "1, 2.5, true, 3 min 53 s"),
        ("{{ {'SERVICE_B2B': 'High'}.get(group_foreign_id, 'Low') }}{{ {'a': 1}[user_data] }}", "High"),
        ("{{ subject[:4] }}{{ subject[0] }}{{ subject[-1] }}{{ subject[99] }}", "RückRr"),
        ("{{ 7 // 2 }} {{ 7 / 2 }} {{ 7 % 2 }} {{ -7 + 2 * 3 }}", "3 3.5 1 -1"),
        ("{{ '-' * 3 }}{{ 'a' + 'b' }}{{ 'a' ~ 1 ~ user_data }}", "---aba1"),
        ("{{ call_end - call_start }} {{ waited * 2 }} {{ (call_start + waited) == call_end }}",
         "3 min 53 s 7 min 46 s true"),
        ("{{ group_id == '235' }} {{ AcdGroupsID == 235 }} {{ AcdGroupsID > 100 }} {{ '235' in [235] }}",
         "true true true true"),
        ("{{ 'B2B' in group_name }} {{ 'x' not in group_name }} {{ 235 in '1235' }} {{ 'Language' in extra }}",
         "true true true true"),
        ("{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ not 1 == 2 }} {{ 2 == 2.0 }}", "true false true true"),
        ("{{ subject is defined }} {{ user_data is defined }} {{ user_data is none }} {{ subject is not string }}",
         "true false true false"),
        ("{{ 'a' if user_data }}b{{ user_data and 1 }}{{ user_data or 'c' }}", "bc"),
        ("{{ call_start.year }}-{{ call_start.hour }} {{ call_start.strftime('%H:%M') }} {{ call_end.date() }}",
         "2026-10 10:38 2026-11-21"),
        ("{{ group_name.upper().replace('B2B', 'X').split(' ')[1].lower() }}", "hotline"),
        ("{% raw %}{{ subject }}{% endraw %}", "{{ subject }}"),
        ("a {%- if true -%} b {%- endif -%} c", "abc"),
    ],
)  # fmt: skip
def test_text(template, expected):
    """The text that a template gives for a callback with everything; an empty one is nothing."""
    assert expected == compile_text(template)(names_of(CALLBACK))


@pytest.mark.parametrize(
    "expression",
    [
        "subject",
        "subject.upper()",
        "subject[0]",
        "subject[:80]",
        "subject + 'x'",
        "subject * 2",
        "-waited",
        "call_start - call_end",
        "call_start.strftime('%H:%M')",
        "call_start.year",
        "extra.a.b['c'][0].items()",
        "extra.get('x').get('y')",
        "waited.total_seconds()",
        "waited + waited",
        "{'a': 1}[subject]",
    ],
)
def test_nothing_stays_nothing(expression):
    """What this callback does not have is nothing in every place: the callback is not lost over it."""
    assert compile_text(f"{{{{ {expression} }}}}")(names_of(NOTHING)) is None
    assert compile_native(f"{{{{ {expression} }}}}")(names_of(NOTHING)) is None


CONDITIONS = (
    "waited > 5; waited | minutes > 5; waited | minutes <= 5; subject < 'a'; 'a' in subject; subject in ['a']; "
)
CONDITIONS += "call_start < received_at; subject == ''; subject is defined; extra.a.b; 5 > extra.a"


@pytest.mark.parametrize("condition", CONDITIONS.split("; "))
def test_no_condition_holds_of_nothing(condition):
    """A comparison with what this callback does not have is false, and no error."""
    assert "no" == compile_text(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}")(names_of(NOTHING))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ waited | seconds }}", 233),
        (" {{ waited }}\n", timedelta(seconds=233)),
        ("{{ requested_at }}", CALLBACK.requested_at),
        ("{{ group_id > 200 }}", True),
        ("{{ 2.5 }}", 2.5),
        ("{{ subject }}", "Rückruf & mehr"),
        ("{{ '  ' }}", None),
        ("{{ user_data }}", None),
        ("{{ group_id }} ", 235),
        ("no. {{ group_id }}", "no. 235"),
        ("{{ group_id }}{{ group_id }}", "235235"),
        ("{% if true %}{{ group_id }}{% endif %}", "235"),
        ("235", "235"),
    ],
)
def test_native(template, expected):
    """A template that is one expression gives its value as it is, any other a text."""
    value = compile_native(template)(names_of(CALLBACK))

    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ subjct }}", "the template has no name subjct; did you mean subject?"),
        ("{{ subject | uper }}", "the template has no filter uper; did you mean upper?"),
        ("{{ subject | truncate(80) }}", "the template has no filter truncate; did you mean cut?"),
        ("{{ subject.uper() }}", "a text has no .uper(); did you mean upper?"),
        ("{{ extra.x.clear() }}", "no value has .clear(); did you mean lower?"),
        ("{{ creating_user.nick_name }}", "a text has no .nick_name"),
        ("{{ subject.upper }}", "a text has no .upper; write upper()"),
        ("{{ waited.hours }}", "a duration has no .hours"),
        ("{{ 'x'.format() }}", "a text has no .format()"),
        ("{% for a in [1] %}{% set b = a %}{% endfor %}{{ b }}", f"the template has no name b{OWN}b"),
        ("{% for a in [1] %}{% endfor %}{{ loop.index }}", f"the template has no name loop{OWN}loop"),
        ("{{ set_later }}{% set set_later = 1 %}", f"the template has no name set_later{OWN}set_later"),
        ("{% include 'x' %}", "a template cannot include another one"),
        ("{% macro x() %}{% endmacro %}",
         "a template cannot use {% macro %}; where if, set and for do not do, write a mapper"),
        ("\n{% if %}", "the template has an error in its line 2: a value is missing before %}"),
        ("{{ range(3) }}",
         "a template has no function range(); there are filters, and methods such as subject.upper()"),
    ],
)  # fmt: skip
def test_told_when_loaded(template, problem):
    """A mistake is a sentence when the configuration is loaded, with what would be right."""
    for compile_template in (compile_text, compile_native):
        with pytest.raises(ValueError) as caught:
            compile_template(template)

        assert problem == str(caught.value)


def test_failure_tells_no_value():
    """What fails for one callback is said without a word of what it sent."""
    callback = Callback(SOURCE, "4711", RECEIVED_AT, subject="Geheimnis", extra={"Geheimnis": "Geheimnis", "n": [1]})
    failing = [
        "subject + 1",
        "subject - subject",
        "subject[subject]",
        "1 in 1",
        "extra.Geheimnis.items()",
        "extra.n.items()",
    ]

    for expression in failing:
        with pytest.raises(TemplateError) as caught:
            compile_text(f"{{{{ {expression} }}}}")(names_of(callback))

        assert "Geheimnis" not in str(caught.value)


def test_a_long_list_is_cut():
    """A loop over more than a caller's list can reasonably hold ends after 100, as a long text is cut."""
    callback = Callback(SOURCE, "4711", RECEIVED_AT, extra={"list": list(range(1_000))})

    assert "x" * 100 == compile_text("{% for one in extra.list %}x{% endfor %}")(names_of(callback))


def test_what_no_template_uses_is_not_made():
    """A name's value is made when the first template asks for it, and only once."""
    made = []
    fields = Fields(
        {"A": compile_text("{{ summary }}"), "B": compile_text("{{ summary }}"), "C": compile_text("{{ source }}")}
    )

    def summary() -> str:
        made.append(1)
        return "x"

    assert {"A": "x", "B": "x", "C": "default"} == fields.render(CALLBACK, summary=summary, subject=made.clear)
    assert [1] == made


@settings(PROPERTY, max_examples=50)
@given(st.deferred(lambda: templates()))
def test_means_what_jinja_means(template):
    """What both Jinja and Ringback take, for values that are there, gives the same text in both."""
    names = {"subject": "Anna & Co", "body": "b", "group_id": 7}

    assert JINJA.from_string(template).render(names).strip() == (compile_text(template)(names) or "")


def templates() -> st.SearchStrategy[str]:
    """Templates of texts, conditions, loops and names, with Jinja's ways to take blanks away."""
    changed = st.sampled_from(["|upper", "|replace('n', 'm')", ".title()", "[1:3]", "|trim"])
    texts = st.recursive(
        st.sampled_from(["subject", "body", "'x'", "' y '", "''"]),
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["~", "or", "and"]), inner)
            | st.builds("({} if {} == {} else {})".format, inner, inner, inner, inner)
            | st.builds("({}{})".format, inner, changed)
        ),
        max_leaves=3,
    )
    numbers = st.recursive(
        st.sampled_from(["1", "2", "7.5", "group_id"]),
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        max_leaves=3,
    )
    signs = st.sampled_from(["==", "!=", "<", ">="])
    conditions = (
        st.builds("{} {} {}".format, texts, signs, texts)
        | st.builds("{} {} {}".format, texts, st.sampled_from(["in", "not in"]), texts)
        | st.builds("{} {} {}".format, numbers, signs, numbers)
    )
    return st.lists(_pieces(texts, numbers, conditions), min_size=1, max_size=3).map("".join)


def _pieces(
    texts: st.SearchStrategy[str], numbers: st.SearchStrategy[str], conditions: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    dash = st.sampled_from(["", "-"])
    pieces = st.recursive(
        st.sampled_from([" ", "a", "\n", "{# c #}", "{%- raw %} {{ x }} {%- endraw %}"])
        | st.builds("{{{{{} {} {}}}}}".format, dash, texts | numbers, dash)
        | st.builds("{{% set subject = {} {}%}}".format, texts, dash),
        lambda inner: (
            st.builds("{{%{} if {} %}}{}{{% else {}%}}{} {{% endif %}}".format, dash, conditions, inner, dash, inner)
            | st.builds("{{% if {} %}}{}{{% elif {} %}} {}{{% endif %}}".format, conditions, inner, conditions, inner)
            | st.builds("{}{}".format, inner, inner)
        ),
        max_leaves=4,
    )
    loop = "{{% for word in subject.split(' ') if word != {} {}%}} {{{{ loop.index }}}}{}{{% else %}}none{{% endfor %}}"
    return pieces | st.builds(loop.format, texts, dash, pieces)
