"""`docs/writing-a-mapper.md` and its reference are true: who does what it says, step by step, sees what it shows."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
import requests

from app.mapping import Callback, MappingError
from app.testing import mapped
from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.ringback import ROOT, SECRET, RunningRingback

PAGE = "".join((ROOT / "docs" / name).read_text() for name in ("writing-a-mapper.md", "mapper-reference.md"))
BLOCK = re.compile(r"(?:`([\w./-]+)`[^`\n]*:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
# What is another with each run or with each change of the shipped configuration.
CHANGES = re.compile(r":\d+:\d+|[0-9a-f]{32}|500Rb\w+|\d{8}|\d+\.\d+s")
# Covered by `test_example_plugin.py`, which does not install into the environment of the tests.
INSTALL = ".venv/bin/pip"


@dataclass
class Reader:
    """Somebody who follows the guide in a folder with nothing but Ringback's `config`."""

    folder: Path
    sandbox: str

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "config", self.folder / "config")
        self.rules = self.folder / "config" / "ringback.yaml"
        self.running: RunningRingback | None = None
        self.shown = ""

    def follow(self) -> None:
        """Block by block: writes files, changes the rule, runs the commands, and compares what they print."""
        for file, kind, text in BLOCK.findall(PAGE):
            if kind == "sh":
                self.shown = "".join(self._run(line) for line in text.splitlines() if not line.startswith(INSTALL))
            elif kind == "text":
                assert CHANGES.sub("…", text) == CHANGES.sub("…", self.shown)
            elif kind == "yaml":
                self._change_the_last_rule(text)
            elif file:
                (self.folder / file).write_text(text)

    def stop(self) -> None:
        """Ends what was started."""
        if self.running:
            self.running.__exit__()

    def _change_the_last_rule(self, text: str) -> None:
        before = self.rules.read_text().partition("  - name: everyone-else")[0]
        self.rules.write_text(before + re.sub("^", "  ", text, flags=re.M).rstrip() + "\n")

    def _run(self, command: str) -> str:
        if command == "make run":
            self.running = RunningRingback(self.sandbox, self.folder / "log", {"RINGBACK_CONFIG": ""}, self.folder)
            self.running.__enter__()
            return ""
        environment = {**os.environ, "SANDBOX_PORT": self.sandbox.rpartition(":")[2], "RINGBACK_SECRET": SECRET}
        if self.running:
            environment["PORT"] = str(self.running.port)
        program, *arguments = shlex.split(command)
        if program == ".venv/bin/ringback":
            ours = run_command(arguments, environment, self.folder)
            return ours.stdout + ours.stderr
        here = command.replace(".venv/bin", str(Path(sys.executable).parent))
        done = subprocess.run(here, shell=True, cwd=self.folder, env=environment, capture_output=True, text=True)
        return done.stdout + done.stderr


@pytest.fixture
def reader(tmp_path, sandbox) -> Iterator[Reader]:
    """Has not begun yet."""
    reading = Reader(tmp_path, sandbox.url)
    yield reading
    reading.stop()


def test_the_guide_works(reader, sandbox, monkeypatch):
    """From the empty file to the Case with the promised time, the option, and a test that passes."""
    reader.follow()

    [case] = sandbox.query("SELECT CaseNumber, CallBy__c FROM Case")
    assert f"in UTC: `{case['CallBy__c']}`" in PAGE
    shown = "2026-11-23 10:00:00"
    assert f"`CallBy__c` with `{shown}`" in PAGE
    assert shown in requests.get(f"{sandbox.url}/case/{case['CaseNumber']}", timeout=PATIENCE).text

    # The other object that it shows.
    monkeypatch.syspath_prepend(str(reader.folder))
    rules = reader.folder / "tasks.yaml"
    rules.write_text("rules:\n  - {name: tasks, mapper: config.task:TaskMapper, fields: {Subject: Call back}}\n")
    sent = {"AcdEventsID": 1, "CallbackNumber": "4930901820"}
    task = {"object": "Task", "fields": {"OwnerId": {"queue": "Callbacks"}, "Subject": "Call back"}}
    assert task == mapped(rules, {**sent, "AcdGroupsName": "Callbacks"})
    with pytest.raises(MappingError, match=r"config\.task:TaskMapper says: The callback has no group\. Let jtel send"):
        mapped(rules, sent)


def test_all_of_a_callback_is_explained():
    """Every attribute has its row, and the table has no other."""
    known = {one.name for one in fields(Callback)}
    known |= {name for name, value in vars(Callback).items() if isinstance(value, property)}
    rows = re.findall(r"^\| (`.*?`) \| `?(?:str|int|bool|date|time|map|Per|Sou)", PAGE, re.M)

    assert known == {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_package_is_the_one_that_is_shown():
    """The entry point is that of the example."""
    shown = next(text for _, kind, text in BLOCK.findall(PAGE) if kind == "toml")

    assert shown in (ROOT / "example-plugin" / "pyproject.toml").read_text()
