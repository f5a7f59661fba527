"""Runs wrk, Debian's package of that name."""

import json
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SECRET = "a-secret-that-is-long-enough-to-be-one"
# One thread of wrk sends far more than any contender answers, and leaves the cores to them.
_THREADS = "1"


def send_callbacks(url: str, connections: int, seconds: float, first_event: int) -> dict[str, Any]:
    """What wrk and the answers say; times are in milliseconds."""
    script = [str(FOLDER / "callback.json"), str(first_event), SECRET]
    return _run(url, connections, seconds, "callback.lua", script)


def send_composites(url: str, connections: int, seconds: float, first: int) -> dict[str, Any]:
    """What the stand-in does alone, asked as for a Case."""
    return _run(url, connections, seconds, "composite.lua", [str(first)])


def _run(url: str, connections: int, seconds: float, script: str, arguments: list[str]) -> dict[str, Any]:
    options = ["-t", _THREADS, "-c", str(connections), "-d", f"{seconds:.0f}s", "--timeout", "30s", "--latency"]
    command = ["wrk", *options, "-s", str(FOLDER / script), url, "--", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode:
        raise RuntimeError(f"wrk failed: {done.stdout}{done.stderr}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**said, "per_second": said["answers"] / said["seconds"]}
