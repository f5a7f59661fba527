"""Where the parts of a rule come from."""

from pathlib import Path

from app.mapping.config import load_config
from app.mapping.origins import Origin

FILE = Path(__file__).parent / "configs" / "origins.yaml"


def test_every_part_knows_its_line():
    """Each field, required field, option and condition tells who gave it, where that stands, and how it is written."""
    rule = load_config(FILE, {"KEY": "secret"}).rules[0]

    expected = {
        "fields.Subject": ("rule b2b", 21, '"Callback for {{ callback_number }}"'),
        "fields.Description": ("defaults", 10, ">-\n      {{ summary }}\n      second line"),
        "fields.Priority": ("rule b2b", 2, "{of: group_name, table: {B2B: High}}"),
        "fields.Origin": ("rule b2b", 2, "Phone"),
        "fields.Status": ("rule b2b", 22, ""),
        "fields.Key__c": ("defaults", 13, "${KEY}"),
        "require.Subject": ("defaults", 14, "Subject"),
        "require.Origin": ("rule b2b", 24, "Origin"),
        "with.link": ("defaults", 15, "false"),
        "mapper": ("defaults", 8, "case"),
        "merge": ("rule b2b", 18, "30 min"),
        "when.AcdGroupsID": ("rule b2b", 19, "235"),
    }

    assert expected == {
        part: (origin.given_by, origin.line, origin.text) for part, origin in rule.origins.items() if part != "name"
    }
    assert {str(FILE)} == {origin.file for origin in rule.origins.values()}
    assert f"{FILE}:17" == rule.origins["name"].place


def test_other_mappers_do_not_inherit_options():
    """The options of the defaults are not said to be those of a rule with a mapper of its own."""
    rule = load_config(FILE, {"KEY": "secret"}).rules[1]

    assert "with.link" not in rule.origins
    assert "rule everyone-else" == rule.origins["mapper"].given_by


def test_a_place_for_others_has_no_folder():
    """What jtel reads names the file, not where on our disk it lies."""
    origin = Origin("defaults", "/etc/ringback/rules.yaml", 12, "x")

    assert "/etc/ringback/rules.yaml:12" == origin.place
    assert "rules.yaml:12" == origin.short
