"""`ringback run` in a folder of its own, and what people do in other terminals meanwhile."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.process import free_port
from tests.support.started import Started

ROOT = Path(__file__).parents[2]
SETTINGS = ("RINGBACK_", "SALESFORCE_", "SANDBOX_", "JTEL_", "PORT", "DATABASE_URL")


@dataclass(frozen=True)
class Trial:
    """What runs in a folder. `log` is what it says."""

    folder: Path
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def page(self) -> str:
        """Where somebody is a caller."""
        return self.read_until("Ctrl-C").partition("in the browser:")[2].split()[0]

    def listening_at(self, address: str) -> list[str]:
        """Which of its two ports are open there."""
        return [name for name in ("PORT", "SANDBOX_PORT") if is_open(self.environment[name], address)]

    def read_until(self, mark: str) -> str:
        """All that it has said when it has said `mark`."""
        end = time.monotonic() + PATIENCE
        while mark not in (said := self.log.read_text(encoding="utf-8")):
            assert self.process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.05)
        return said

    def end(self, number: signal.Signals) -> int:
        """Ends it by this signal; returns its exit code when nothing of it listens any more."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        # Sooner than what goes on by itself would end by itself.
        end = time.monotonic() + 20
        while left := self.listening_at("127.0.0.1"):
            assert time.monotonic() < end, left
            time.sleep(0.05)
        return code


def ports() -> dict[str, str]:
    return {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), "RINGBACK_CRM": "sandbox"}


def is_open(port: str, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, int(port))) == 0


@contextmanager
def running(
    folder: Path, environment: Mapping[str, str], options: Sequence[str] = (), mask: int = 0o022
) -> Iterator[Trial]:
    """`ringback run` in `folder`, which has the shipped configuration."""
    log, settings = folder / "said", _settings(folder, environment)
    log.touch()
    process = Started("app", ["run", *options], settings, folder, log, mask=mask)
    with _ending(Trial(folder, settings, process, log)) as trial:
        yield trial


@contextmanager
def unread(folder: Path, mask: int) -> Iterator[Trial]:
    """The same from nothing, for a reader who has gone: whatever it says cannot be written."""
    settings = _settings(folder, {})
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run"], cwd=folder, env=settings, stdout=writing, stderr=writing, umask=mask
    )
    os.close(writing)
    with _ending(Trial(folder, settings, process, Path(os.devnull))) as trial:
        yield trial


@contextmanager
def _ending(trial: Trial) -> Iterator[Trial]:
    try:
        yield trial
    finally:
        # It ends its children.
        trial.process.terminate()
        trial.process.wait(PATIENCE)


def ringback(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`ringback …` in a second terminal, with no other variable."""
    _configure(folder)
    return run_command([*arguments], {**_without_settings(), "PYTHONPATH": str(ROOT), **environment}, folder)


def pasted(said: str, shell: str = "sh") -> str:
    """What the printed command says in a terminal that knows nothing, in another folder."""
    command = said[said.index("  curl") : said.index("\n\nEnd it all")]
    bare = {"PATH": os.environ["PATH"]}
    return subprocess.run([shell], input=command, cwd="/", env=bare, capture_output=True, text=True).stdout


def _configure(folder: Path) -> None:
    if not (folder / "config").exists():
        (folder / "config").symlink_to(ROOT / "config")


def _settings(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """One process unless the environment says otherwise; an empty value takes the variable away."""
    _configure(folder)
    settings = {**_without_settings(), **ports(), "PYTHONPATH": str(ROOT), "WEB_CONCURRENCY": "1", **environment}
    return {name: value for name, value in settings.items() if value}


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
