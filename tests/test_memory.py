"""Files that lie in memory, and what is done where there are none."""

import os
import tempfile
from pathlib import Path

import pytest

from app.memory import nameless_file
from app.metrics import Metric
from app.metrics.prometheus import PrometheusMeter


def forbid(*_: object) -> int:
    raise PermissionError


@pytest.mark.parametrize("missing", [False, True])
def test_machine_without_such_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: bool) -> None:
    """Where the system has no call for them, or a container forbids it, a file on the disk does, without a name."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if missing:
        monkeypatch.delattr(os, "memfd_create")
    else:
        monkeypatch.setattr(os, "memfd_create", forbid)
    with os.fdopen(nameless_file("test"), "w+b") as file:
        file.write(b"x")
        left = list(tmp_path.iterdir())

    assert [] == left


def test_machine_without_any(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without memory and without a folder a process counts for itself."""
    monkeypatch.setattr(os, "memfd_create", forbid)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    meter = PrometheusMeter()
    meter.count(Metric.LOGINS_FAILED, "default")

    assert 'ringback_logins_failed_total{source="default"} 1.0' in meter.exposition("", [])[0].decode()
