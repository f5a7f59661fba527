"""The way of one created callback through the files of `app/`."""

import json
import subprocess
import sys

import pytest

from tests.support.patience import PATIENCE
from tests.support.sandbox import ROOT

# What the redesign of delivery allows, which began at 73 and 307.
FILES, CHANGES = 45, 150


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python cannot watch itself before 3.12")
def test_the_way_stays_short() -> None:
    """A reader who follows one callback opens few files, and goes back and forth seldom."""
    command = [sys.executable, "-m", "bench.path", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert not done.returncode, done.stderr
    way = json.loads(done.stdout)

    assert way["files"] <= FILES, way["entered"]
    assert way["changes"] <= CHANGES, way["steps"]
