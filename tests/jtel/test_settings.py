"""What the environment says of jtel's REST API."""

from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.jtel.access import JtelAccess
from app.settings import load_jtel

ALL = {"JTEL_URL": "http://jtel-rest:8080", "JTEL_TOKEN": "a-token", "JTEL_CLIENTS_ID": "1"}


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ALL:
        for suffix in ("", "_FILE"):
            monkeypatch.delenv(name + suffix, raising=False)
    return monkeypatch


def give(setting: pytest.MonkeyPatch, suffix: str = "", **changes: str) -> None:
    for name, value in {**ALL, **changes}.items():
        setting.setenv(f"{name}{suffix}", value)


def problems(*sources: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load_jtel(sources or ["default"])
    return raised.value.problems


def test_each_source_has_its_own(setting: pytest.MonkeyPatch) -> None:
    """A source other than `default` has its name behind each; one without any has no access."""
    give(setting)
    give(setting, "_BERLIN_2", JTEL_CLIENTS_ID="2", JTEL_URL="https://10.0.0.7")

    assert {
        "default": JtelAccess("http://jtel-rest:8080", "a-token", "1"),
        "berlin-2": JtelAccess("https://10.0.0.7", "a-token", "2"),
    } == load_jtel(["default", "berlin-2", "strict"])


def test_nothing_is_needed(setting: pytest.MonkeyPatch) -> None:
    """Who does not use jtel's API sets nothing."""
    assert {} == load_jtel(["default"])


def test_the_sandbox_has_a_jtel(setting: pytest.MonkeyPatch) -> None:
    """For the source `default` only, and if no other jtel is set."""
    setting.setenv("RINGBACK_CRM", "sandbox")
    setting.setenv("SANDBOX_PORT", "9001")

    assert {"default": JtelAccess("http://127.0.0.1:9001", "sandbox", "1")} == load_jtel(["default", "berlin"])
    give(setting)
    assert {"default": JtelAccess(*ALL.values())} == load_jtel(["default"])


@pytest.mark.parametrize("name", ALL)
def test_each_may_come_as_a_file(setting: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """As every setting that may be secret; the line end of an editor is not part of it."""
    give(setting)
    (tmp_path / "value").write_text(f"{ALL[name]}\n")
    setting.delenv(name)
    setting.setenv(f"{name}_FILE", str(tmp_path / "value"))

    assert JtelAccess(*ALL.values()) == load_jtel(["default"])["default"]


def test_file_that_is_not_there(setting: pytest.MonkeyPatch) -> None:
    """A file that is named and missing is told."""
    setting.setenv("JTEL_TOKEN_FILE", "/no/such/file")

    assert ["JTEL_TOKEN_FILE: the file /no/such/file is not there or cannot be read"] == problems()


@pytest.mark.parametrize("name", ALL)
def test_all_three_are_needed(setting: pytest.MonkeyPatch, name: str) -> None:
    """One that is missing is named."""
    give(setting)
    setting.delenv(name)

    (problem,) = problems()
    assert problem.startswith(f"{name}: ")
    assert "not set" in problem


@pytest.mark.parametrize(
    "written",
    [
        "http://jtel-rest:8080/",
        "http://jtel-rest:8080/rest/v1.0",
        "http://jtel-rest:8080/rest/v1.0/1",
        "http://jtel-rest:8080/rest/v1.0/1/",
        " http://jtel-rest:8080 ",
    ],
)
def test_address_as_people_write_it(setting: pytest.MonkeyPatch, written: str) -> None:
    """The address that jtel's documentation shows whole may be given whole."""
    give(setting, JTEL_URL=written)

    assert "http://jtel-rest:8080/rest/v1.0/1" == load_jtel(["default"])["default"].base


def test_address_below_a_path(setting: pytest.MonkeyPatch) -> None:
    """A proxy may have jtel below a path."""
    give(setting, JTEL_URL="https://proxy/jtel")

    assert "https://proxy/jtel/rest/v1.0/1" == load_jtel(["default"])["default"].base


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JTEL_URL", "jtel:8080"),
        ("JTEL_URL", "ftp://jtel-rest"),
        ("JTEL_URL", "http://"),
        ("JTEL_URL", "http://jtel:99999"),
        ("JTEL_URL", "http://anna:secret@jtel"),
        ("JTEL_URL", "http://jtel/?a=b"),
        ("JTEL_TOKEN", "two words"),
        ("JTEL_TOKEN", "geheimnüs"),
        ("JTEL_CLIENTS_ID", "one"),
        ("JTEL_CLIENTS_ID", "0"),
        ("JTEL_CLIENTS_ID", "1/../2"),
    ],
)
def test_wrong_values(setting: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A wrong value is told by the setting's name, and is not repeated."""
    give(setting, **{name: value})

    (problem,) = problems()
    assert problem.startswith(f"{name}: ")
    assert value not in problem


def test_all_that_is_wrong_at_once(setting: pytest.MonkeyPatch) -> None:
    """Every problem of every source is told in one go."""
    give(setting, JTEL_URL="nowhere", JTEL_CLIENTS_ID="x")
    give(setting, "_BERLIN_2", JTEL_TOKEN="two words")

    assert ["JTEL_URL", "JTEL_CLIENTS_ID", "JTEL_TOKEN_BERLIN_2"] == [
        problem.partition(":")[0] for problem in problems("default", "berlin-2")
    ]
