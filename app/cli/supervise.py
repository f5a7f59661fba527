"""Runs programs beside each other, until one ends or a person says so."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from app.cli.tell import tell

Address = tuple[str, int]
START_SECONDS = 30.0
# gunicorn waits 28 s for what is under way.
STOP_SECONDS = 30.0
# Who has nothing under way has ended by then, and nobody needs to hear of it.
QUIET_SECONDS = 1.2
_LOOK_SECONDS = 0.05
_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Supervisor:
    """The first of `commands` may finish what is under way; the others serve it, and are killed when it has ended.

    Each inherits `handles`.
    """

    commands: Sequence[list[str]]
    environment: Mapping[str, str]
    addresses: Sequence[Address]
    handles: Sequence[int] = ()
    _asked: list[int] = field(default_factory=list)
    _children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def pids(self) -> Iterator[int]:
        """Of what it has started."""
        return (child.pid for child in self._children)

    def run(self, greet: Callable[[], None]) -> int:
        """Starts them, calls `greet` when all answer, and ends them all when one ends or a signal comes."""
        for number in _END:
            # Who has said `nohup` means it.
            if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:
                signal.signal(number, self._note)
        try:
            for command in self.commands:
                self._children.append(self._start(command))
            self._watch(greet)
            asked = bool(self._asked)
            if asked:
                tell("\nRingback ends.", err=True)
            self._let_finish(self._children[0])
        finally:
            # Whatever went wrong: they are in groups of their own, and would go on.
            for child in self._children:
                _kill(child)
        return 0 if asked else 1

    def _note(self, number: int, _: FrameType | None) -> None:
        self._asked.append(number)

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        # In a group of its own: a Ctrl-C reaches it once, through us, and it ends gracefully.
        return subprocess.Popen(  # noqa: S603
            command, env=self.environment, start_new_session=True, pass_fds=self.handles
        )

    def _watch(self, greet: Callable[[], None]) -> None:
        greeted = False
        end = time.monotonic() + START_SECONDS
        while not self._asked and all(child.poll() is None for child in self._children):
            if not greeted and all(answers(address) for address in self.addresses):
                greeted = True
                greet()
            if not greeted and time.monotonic() > end:
                tell("Ringback did not start in time.", err=True)
                return
            time.sleep(_LOOK_SECONDS)

    def _let_finish(self, child: "subprocess.Popen[bytes]") -> None:
        """Lets it finish what is under way, unless it is asked once more."""
        child.terminate()
        begin, told = time.monotonic(), False
        while child.poll() is None and len(self._asked) < 2 and time.monotonic() - begin < STOP_SECONDS:
            if not told and time.monotonic() - begin > QUIET_SECONDS:
                told = True
                tell(
                    f"It finishes what is under way, within {STOP_SECONDS:g} s. Ctrl-C again ends it at once: what is "
                    "stored is not lost, but delivered after the next start.",
                    err=True,
                )
            time.sleep(_LOOK_SECONDS)


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Ends it at once, with all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def answers(address: Address) -> bool:
    """Whether anything listens there."""
    try:
        socket.create_connection(address, timeout=0.5).close()
    except OSError:
        return False
    return True
