"""`ringback test-rules`, as an integrator calls it."""

import json
from pathlib import Path

import pytest

from tests.cli.test_map import ringback

RULES = """\
rules:
  - name: b2b
    when: {AcdGroupsName: B2B}
    fields: {Priority: High}
  - name: everyone-else
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES, "utf-8")
    (tmp_path / "fixtures" / "b2b").mkdir(parents=True)
    (tmp_path / "fixtures" / "b2b" / "one.in.json").write_text(
        '{"AcdEventsID": 1, "Caller": "030901820", "AcdGroupsName": "B2B"}', "utf-8"
    )
    return file


def test_shipped_rules() -> None:
    """Without FILE it tests the shipped rules, which are as wanted."""
    done = ringback("test-rules")

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.endswith("as wanted.\n")


def test_difference_until_it_is_accepted(tmp_path: Path, rules: Path) -> None:
    """A difference is shown and is exit status 1; --accept writes what the rules make, and then all is well."""
    wanted = tmp_path / "fixtures" / "b2b" / "one.out.json"
    wanted.write_text('{"object": "Case", "fields": {"Priority": "Low"}}', "utf-8")

    first = ringback("test-rules", rules.name, cwd=tmp_path)
    accepted = ringback("test-rules", "--accept", rules.name, cwd=tmp_path)
    last = ringback("test-rules", rules.name, cwd=tmp_path)

    note = "note: no fixture shows the rule everyone-else; fixtures/everyone-else/ would hold them."
    told = ["fixtures/b2b/one.in.json: the rules make another record (+) than is wanted (-)."]
    change = ["  - Priority: Low", "  + Priority: High"]
    count = "1 fixture: 1 different."
    assert (1, [*told, *change, count, note]) == (first.returncode, first.stdout.splitlines())
    assert (0, [*told, *change, "  one.out.json is written.", count, note]) == (
        accepted.returncode,
        accepted.stdout.splitlines(),
    )
    assert (0, ["1 fixture: 1 as wanted.", note]) == (last.returncode, last.stdout.splitlines())
    assert {"object": "Case", "fields": {"Priority": "High"}} == json.loads(wanted.read_text("utf-8"))


def test_payload_of_another_rule(tmp_path: Path, rules: Path) -> None:
    """It is told which rule takes it, and --accept does not take it for right."""
    (tmp_path / "fixtures" / "b2b").rename(tmp_path / "fixtures" / "everyone-else")

    done = ringback("test-rules", "--accept", rules.name, cwd=tmp_path)

    assert 1 == done.returncode
    assert "the rule b2b (rules.yaml:2) takes it, which comes before everyone-else.\n" in done.stdout
    assert not list(tmp_path.rglob("*.out.json"))


@pytest.mark.parametrize(
    ("text", "said"),
    [(RULES.replace("when", "wehn"), 'unknown key "wehn"'), (RULES, "There are no fixtures: put what jtel sends into")],
)
def test_nothing_to_test(tmp_path: Path, text: str, said: str) -> None:
    """Rules that are wrong or have no fixtures are exit status 2."""
    (tmp_path / "rules.yaml").write_text(text, "utf-8")

    done = ringback("test-rules", "rules.yaml", cwd=tmp_path)

    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
