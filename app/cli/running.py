"""What runs in this folder: `ringback run` notes its trial, and commands in another terminal go by the note.

Only a trial is noted, never what writes to Salesforce. Where a variable leads elsewhere, nothing of a note is taken.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from app.disk import DATA, NOTES, make_private_folder
from app.mapping.environment import names_in
from app.settings import CREDENTIALS, config_path

# What a command may need to know. Whatever else the configuration names as `${NAME}` comes to it.
_PREFIXES = ("RINGBACK_", "SALESFORCE_", "JTEL_", "DATABASE_URL")
_PORTS = ("PORT", "SANDBOX_PORT")
# An org's own are of no use to a trial, and are not written down.
_ORG = frozenset(f"{name}{file}" for name in CREDENTIALS for file in ("", "_FILE"))
_ELSEWHERE = ("JTEL_", "DATABASE_URL", "RINGBACK_CRM")


@dataclass(frozen=True)
class NotedRun:
    """A trial that runs here with these settings. `started` is in seconds since 1970."""

    started: float
    pids: tuple[int, ...]
    settings: Mapping[str, str] = field(repr=False)

    @property
    def where(self) -> str:
        """Its ports, for people."""
        return f"port {self.settings['PORT']}, sandbox {self.settings['SANDBOX_PORT']}"


class RunNote:
    """The note of a run. Its file is locked while a process has `handle` open, so what a killed run has left is known.

    Only the user who runs it can read it, since secrets are in it.
    """

    def __init__(self) -> None:
        make_private_folder(DATA)
        self._file = DATA / f"running-{os.getpid()}.json"
        self._unwritten = self._file.with_suffix(".new")
        self._header = self._file.with_suffix(".header")
        self._unwritten.unlink(missing_ok=True)
        self.handle = _new_private(self._unwritten)
        fcntl.flock(self.handle, fcntl.LOCK_EX)

    def write(self, environment: Mapping[str, str], pids: Iterable[int]) -> None:
        """From now on commands find it."""
        noted = {"started": time.time(), "pids": list(pids), "settings": _settings_in(environment)}
        os.write(self.handle, json.dumps(noted, indent=2).encode())
        self._unwritten.rename(self._file)

    def keep_header(self, line: str) -> Path:
        """Where curl finds the header with a secret that is not to be shown."""
        self._header.unlink(missing_ok=True)
        with os.fdopen(_new_private(self._header), "w", encoding="utf-8") as file:
            file.write(f"{line}\n")
        return self._header.absolute()

    def remove(self) -> None:
        """From now on nothing runs."""
        for file in (self._unwritten, self._file, self._header):
            file.unlink(missing_ok=True)
        os.close(self.handle)


def _new_private(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


@contextmanager
def noting() -> Iterator[RunNote]:
    """The note of this run, which is there while it runs."""
    try:
        note = RunNote()
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to the folder {DATA} ({error.strerror}).") from error
    try:
        yield note
    finally:
        note.remove()


def runs_here() -> list[NotedRun]:
    """The trials that run here, the newest first. What a killed one has left is removed."""
    noted = [run for file in DATA.glob(NOTES) if (run := _read(file)) is not None]
    return sorted(noted, key=lambda run: -run.started)


def take_settings(environment: MutableMapping[str, str]) -> str | None:
    """Gives the environment what it lacks of the settings of the trial that runs here; returns what to say of it."""
    runs = runs_here()
    fitting = [run for run in runs if not _leading_elsewhere(environment, run)]
    if not fitting:
        # Who has said which CRM is meant needs no advice.
        return _not_taken(environment, runs[0]) if runs and not environment.get("RINGBACK_CRM") else None
    settings = fitting[0].settings
    environment.update({name: value for name, value in settings.items() if not _is_set(environment, name)})
    others = f"; the newest of {len(fitting)}, PORT=… means another" if len(fitting) > 1 else ""
    return f"With the trial that runs here ({fitting[0].where}{others})."


def _not_taken(environment: Mapping[str, str], run: NotedRun) -> str:
    names = " and ".join(_leading_elsewhere(environment, run))
    return f"Not with the trial that runs here ({run.where}): {names} is set otherwise in this terminal."


def _leading_elsewhere(environment: Mapping[str, str], run: NotedRun) -> list[str]:
    """The variables that mean another place than this run, where a command would work."""
    given = {name: value for name, value in environment.items() if value}
    org = _ORG & given.keys() if given.get("RINGBACK_CRM") != "sandbox" else set()
    others = {
        name
        for name, value in given.items()
        if (name in _PORTS or name.startswith(_ELSEWHERE)) and value != run.settings.get(name)
    }
    return sorted(org | others)


def _is_set(environment: Mapping[str, str], name: str) -> bool:
    """Whether it is, itself or in a file."""
    plain = name.removesuffix("_FILE")
    return any(environment.get(one) for one in (plain, f"{plain}_FILE"))


def _settings_in(environment: Mapping[str, str]) -> dict[str, str]:
    named: set[str] = set()
    with suppress(OSError, UnicodeDecodeError):
        named = names_in(config_path().read_text(encoding="utf-8"))
    wanted = {name for name in environment if name.startswith(_PREFIXES) or name in _PORTS} | named
    return {name: value for name, value in environment.items() if name in wanted - _ORG}


def _read(file: Path) -> NotedRun | None:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError), file.open(encoding="utf-8") as opened:
        # What another user has noted leads to theirs, and may do so on purpose.
        if os.fstat(opened.fileno()).st_uid != os.geteuid():
            return None
        if not _is_held(opened.fileno()):
            for left in (file, file.with_suffix(".header")):
                left.unlink(missing_ok=True)
            return None
        noted = json.load(opened)
        settings = {str(name): str(value) for name, value in noted["settings"].items()}
        return NotedRun(float(noted["started"]), tuple(map(int, noted["pids"])), settings)
    return None


def _is_held(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
