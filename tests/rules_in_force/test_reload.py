"""A changed configuration file is taken over when it is valid, however it was changed; else the old one stays."""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.mapping.conditions import InFile
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.observability import configure_logging
from app.rules_in_force import reload as reloading
from app.rules_in_force.in_force import InForce
from app.rules_in_force.reload import SETTLE_SECONDS, Reload, load_settled
from tests.support.patience import PATIENCE

Change = Callable[[Path, str], None]


def rules(name: str) -> str:
    return f"rules:\n  - name: {name}\n    fields: {{Subject: Callback}}\n"


def load(path: Path, folder: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
    return load_config(path, folder=folder), {}


class Watched:
    """A file under watch; each look is a second."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.in_force = InForce(load_settled(path, load))
        self.reload = Reload(path, load, self.in_force)
        self.reload.begin()

    def look(self, times: int = 2) -> str:
        """The first rule's name after that many looks."""
        for _ in range(times):
            self.reload.look()
        return self.in_force.loaded.config.rules[0].name


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    configure_logging("json")
    path = tmp_path / "ringback.yaml"
    path.write_text(rules("first"))
    return Watched(path)


def write_in_place(path: Path, text: str) -> None:
    path.write_text(text)


def swap(path: Path, text: str) -> None:
    """As editors do."""
    other = path.with_suffix(".new")
    other.write_text(text)
    other.replace(path)


def keep_the_time(path: Path, text: str) -> None:
    """As `cp --preserve` and `rsync --times` do; here not even the size changes."""
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [write_in_place, swap, keep_the_time])
def test_a_change_is_taken_over(watched: Watched, change: Change) -> None:
    """However the file was changed, the new rules are in force two looks later, with the hash of their content."""
    before = watched.in_force.loaded.hash
    change(watched.path, rules("later"))

    assert "later" == watched.look()
    assert before != watched.in_force.loaded.hash == load_settled(watched.path, load).hash


def test_links_on_the_way(tmp_path: Path) -> None:
    """A ConfigMap in Kubernetes is changed by turning a link to another folder: nothing changes at the file itself."""
    for version in ("first", "later"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "ringback.yaml").write_text(rules(version))
    (tmp_path / "..data").symlink_to("first")
    (tmp_path / "ringback.yaml").symlink_to("..data/ringback.yaml")
    watched = Watched(tmp_path / "ringback.yaml")
    (tmp_path / "..data_tmp").symlink_to("later")
    (tmp_path / "..data_tmp").replace(tmp_path / "..data")

    assert "later" == watched.look()


def test_not_before_it_is_written(watched: Watched) -> None:
    """A file that changes from look to look is left alone until it is done, even if it is valid meanwhile."""
    for part in range(3):
        watched.path.write_text(rules(f"part-{part}"))
        assert "first" == watched.look(1)

    assert "part-2" == watched.look(1)


def test_written_while_read(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed under the reader's hands is read again and not taken for what it was before."""

    def meanwhile(path: Path, folder: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
        loaded = load(path, folder)
        if loaded[0].rules[0].name == "later":
            swap(path, rules("latest"))
        return loaded

    monkeypatch.setattr(watched.reload, "_load", meanwhile)
    watched.path.write_text(rules("later"))

    assert "first" == watched.look(2)
    assert "latest" == watched.look(2)


def test_settled_from_the_start(tmp_path: Path) -> None:
    """A file that is written while the service starts is loaded as it is in the end, under the hash of that."""
    path = tmp_path / "ringback.yaml"
    path.write_text(rules("half"))

    def meanwhile(path: Path, folder: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
        loaded = load(path, folder)
        if loaded[0].rules[0].name == "half":
            path.write_text(rules("whole"))
        return loaded

    loaded = load_settled(path, meanwhile)

    assert "whole" == loaded.config.rules[0].name
    assert loaded.hash == load_settled(path, load).hash


def test_wrong_stays_out(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong file changes nothing and is told once with all its problems; what follows is taken over."""
    before = watched.in_force.loaded
    watched.path.write_text("rules:\n  - nme: x\nsurces: {}\n")
    watched.look(5)
    watched.path.touch()
    watched.look(5)
    told = [line for line in lines(capsys) if line["event"] == "config_rejected"]

    assert before is watched.in_force.loaded
    assert 1 == len(told)
    assert {"2:5", "3:1"} == {problem.split(" ")[0].partition(".yaml:")[2] for problem in told[0]["problems"]}
    assert watched.in_force.rejected
    assert told[0]["problems"] == list(watched.in_force.rejected.problems)
    watched.path.write_text(rules("mended"))
    assert "mended" == watched.look()
    assert watched.in_force.rejected is None


def test_back_to_the_old(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong file that is changed back is forgotten, and the log says so."""
    before = watched.in_force.loaded.hash
    watched.path.write_text("rules: []")
    watched.look()
    watched.path.write_text(rules("first"))
    watched.look()

    assert watched.in_force.rejected is None
    assert [before] == [line["config"] for line in lines(capsys) if line["event"] == "config_loaded"]


def test_deleted(watched: Watched) -> None:
    """Without its file the service goes on as it was, says so, and takes the next one over."""
    watched.path.unlink()
    assert "first" == watched.look()
    assert watched.in_force.rejected
    assert watched.in_force.rejected.hash is None
    watched.path.write_text(rules("later"))
    assert "later" == watched.look()


def test_what_it_needs_comes_later(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules whose secret file or mapper is not there yet are tried again by themselves, and told once."""
    monkeypatch.setattr(reloading, "TRY_AGAIN_SECONDS", 0.0)
    tries: list[int] = []

    def needy(path: Path, folder: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
        tries.append(1)
        if len(tries) < 3:
            raise ConfigError(["the secret is not there"])
        return load(path, folder)

    monkeypatch.setattr(watched.reload, "_load", needy)
    watched.path.write_text(rules("later"))

    assert "later" == watched.look(4)


@pytest.mark.parametrize("fault", [RuntimeError("oh"), SystemExit(3)], ids=["error", "exit"])
def test_foreign_code(watched: Watched, monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    """A mapper's module that does something terrible when it is imported is a wrong file like any other."""

    def terrible(path: Path, folder: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
        raise fault

    monkeypatch.setattr(watched.reload, "_load", terrible)
    watched.path.write_text(rules("later"))

    assert "first" == watched.look()
    assert watched.in_force.rejected
    assert type(fault).__name__ in watched.in_force.rejected.problems[0]


def test_forked_while_it_is_wrong(watched: Watched) -> None:
    """A process that is forked while the file is wrong goes on with what was last in force, not with the first."""
    watched.path.write_text(rules("second"))
    watched.look()
    watched.path.write_text("rules: []")
    watched.look()
    # What a fork of the master has: its first configuration, and the memory that all share.
    in_force = watched.reload._in_force = InForce(load_settled_text(watched.path, rules("first")))
    watched.reload.begin()

    assert "second" == in_force.loaded.config.rules[0].name
    assert in_force.rejected


def test_thread_looks_by_itself(watched: Watched) -> None:
    """The thread takes a change over when it has settled, and ends when it is told to."""
    stop = threading.Event()
    thread = threading.Thread(target=watched.reload.run, args=(stop,))
    thread.start()
    began = time.monotonic()
    watched.path.write_text(rules("later"))
    while watched.in_force.loaded.config.rules[0].name != "later" and time.monotonic() - began < PATIENCE:
        time.sleep(0.02)
    took = time.monotonic() - began
    stop.set()
    thread.join(PATIENCE)

    assert PATIENCE > took >= SETTLE_SECONDS / 2
    assert not thread.is_alive()


def load_settled_text(path: Path, text: str):
    now = path.read_text()
    path.write_text(text)
    try:
        return load_settled(path, load)
    finally:
        path.write_text(now)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


LISTED = """\
rules:
  - name: vip
    when: {callback_number: {numbers: vip.txt}}
    fields: {Subject: Callback}
  - name: rest
    fields: {Subject: Callback}
"""


def vips(watched: Watched) -> frozenset[str]:
    (condition,) = watched.in_force.loaded.config.rules[0].when.values()
    assert isinstance(condition, InFile)
    return condition.numbers


@pytest.fixture
def listed(tmp_path: Path) -> Watched:
    configure_logging("json")
    (tmp_path / "vip.txt").write_text("+4930901820\n")
    path = tmp_path / "ringback.yaml"
    path.write_text(LISTED)
    return Watched(path)


def test_changed_list_is_taken_over(listed: Watched) -> None:
    """A list of numbers that changes beside the file counts as a change of it, under a hash of its own."""
    before = listed.in_force.loaded.hash
    (listed.path.parent / "vip.txt").write_text("+4930901821\n")
    listed.look()

    assert {"+4930901821"} == vips(listed)
    assert before != listed.in_force.loaded.hash == load_settled(listed.path, load).hash


def test_wrong_list_stays_out(listed: Watched) -> None:
    """The numbers that were in force stay, until the list is right again."""
    (listed.path.parent / "vip.txt").write_text("somebody\n")
    listed.look()
    rejected = listed.in_force.rejected
    (listed.path.parent / "vip.txt").write_text("+4930901822\n")
    listed.look()

    assert rejected is not None
    assert "line 1 is no number" in rejected.problems[0]
    assert {"+4930901822"} == vips(listed)
    assert listed.in_force.rejected is None


def test_list_of_changed_rules_is_watched(watched: Watched) -> None:
    """Rules that begin to name a list while running follow it from then on."""
    (watched.path.parent / "vip.txt").write_text("+4930901820\n")
    watched.path.write_text(LISTED)
    watched.look()
    (watched.path.parent / "vip.txt").write_text("+4930901821\n")
    watched.look()

    assert {"+4930901821"} == vips(watched)


def test_new_process_finds_the_list(listed: Watched) -> None:
    """A process that is forked while the file is wrong reads the last good one, whose list lies beside the file."""
    (listed.path.parent / "vip.txt").write_text("+4930901821\n")
    listed.look()
    listed.path.write_text("rules: [")
    listed.look()
    listed.in_force.loaded = replace(listed.in_force.loaded, hash="of the parent")
    listed.reload.begin()

    assert {"+4930901821"} == vips(listed)
    assert "of the parent" != listed.in_force.loaded.hash
