"""Forks of a fresh process that has imported Ringback: quick to start, and nothing of the test's own is in them."""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory

from app.cli import COMMANDS, main
from tests.support.patience import PATIENCE

FORKS = multiprocessing.get_context("forkserver")
_PRELOADED = ("app.wsgi", "app.wiring", "app.web.server.worker", "gunicorn.app.wsgiapp", "tests.support.elsewhere")
_COMMANDS = [place.partition(":")[0] for place in COMMANDS.values()]
FORKS.set_forkserver_preload([*_PRELOADED, *_COMMANDS, "tests.support.warm"])
ROOT = Path(__file__).parents[2]


def run_command(
    arguments: list[str], environment: Mapping[str, str], folder: Path = ROOT, stdin: str = "", mask: int = 0o022
) -> "CompletedProcess[str]":
    """What `ringback …` says and returns in this folder with this environment and umask, without a terminal."""
    with TemporaryDirectory() as temporary:
        asked, said, complained = (Path(temporary, name) for name in ("in", "out", "err"))
        asked.write_text(stdin, "utf-8")
        places = (folder, mask, asked, said, complained)
        process = FORKS.Process(target=_command, args=(arguments, dict(environment), *places))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(arguments, PATIENCE)
        code = process.exitcode
        process.close()
        return CompletedProcess(arguments, code, said.read_text("utf-8"), complained.read_text("utf-8"))


def _command(arguments: list[str], environment: dict[str, str], folder: Path, mask: int, *streams: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.umask(mask)
    sys.argv = ["ringback", *arguments]
    for number, file in enumerate(streams):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
    main()
