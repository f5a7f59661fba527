"""Folders of metrics that a killed service of an older Ringback has left: they go, and nothing else does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.metrics.leftovers import sweep


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def folder(parent: Path, pid: "int | str", files: int = 2) -> Path:
    made = parent / f"ringback-metrics-{pid}-a1_b2c3"
    made.mkdir()
    for number in range(files):
        (made / f"counter_{number}.db").write_bytes(bytes(65536))
    return made


@contextmanager
def used(path: Path, *, closed: bool) -> Iterator[None]:
    """A process that counts in this file; it may have closed it since, as what is mapped stays."""
    code = "import mmap, sys; f = open(sys.argv[1], 'r+b'); m = mmap.mmap(f.fileno(), 0)"
    code += "; f.close()" if closed else ""
    command = [sys.executable, "-c", f"{code}; print(1, flush=True); sys.stdin.read()", str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    yield
    process.communicate()


def make_old(path: Path) -> None:
    """Nobody has made anything in it for two days."""
    then = time.time() - 2 * 86_400
    os.utime(path, (then, then))


@pytest.mark.parametrize("files", [0, 1, 3])
def test_dead_service(tmp_path: Path, dead: int, files: int) -> None:
    """Its folder is removed, with all that is in it."""
    left = folder(tmp_path, dead, files)
    if not files:
        make_old(left)

    assert [left.name] == sweep(str(tmp_path))
    assert [] == list(tmp_path.iterdir())


def test_service_that_starts(tmp_path: Path, dead: int) -> None:
    """One in another container may have made its folder just now, and nothing in it."""
    kept = folder(tmp_path, dead, 0)

    assert [] == sweep(str(tmp_path))
    assert kept.is_dir()


def test_living_service(tmp_path: Path) -> None:
    """The folder of a process that runs stays."""
    kept = folder(tmp_path, os.getpid())

    assert [] == sweep(str(tmp_path))
    assert 2 == len(list(kept.iterdir()))


@pytest.mark.parametrize("closed", [False, True])
def test_service_in_another_container(tmp_path: Path, dead: int, closed: bool) -> None:
    """Its number means nothing here, but its files are open: they stay as long as they are."""
    kept = folder(tmp_path, dead)
    with used(kept / "counter_1.db", closed=closed):
        assert [] == sweep(str(tmp_path))
        assert 2 == len(list(kept.iterdir()))

    assert [kept.name] == sweep(str(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_folder_of_another_user(tmp_path: Path, dead: int) -> None:
    """It stays, also for root."""
    kept = folder(tmp_path, dead)
    os.chown(kept, 12345, 12345)

    assert [] == sweep(str(tmp_path))
    assert kept.is_dir()


def test_links(tmp_path: Path, dead: int) -> None:
    """A link of such a name is left alone, and a link inside leads nowhere."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "counter_1.db").write_text("precious")
    (tmp_path / f"ringback-metrics-{dead}-link").symlink_to(precious)
    inside = folder(tmp_path, dead, 0)
    (inside / "counter_1.db").symlink_to(precious / "counter_1.db")
    sweep(str(tmp_path))

    assert "precious" == (precious / "counter_1.db").read_text()
    assert (tmp_path / f"ringback-metrics-{dead}-link").is_symlink()


@pytest.mark.parametrize("name", ["ringback-metrics-{}", "ringback-metrics--x", "ringback-metrics-x-y", "other-{}-x"])
def test_other_names(tmp_path: Path, dead: int, name: str) -> None:
    """What has another name is not ours, nor is a file."""
    (tmp_path / name.format(dead)).mkdir()
    (tmp_path / f"ringback-metrics-{dead}-file").write_text("x")

    assert [] == sweep(str(tmp_path))
    assert 2 == len(list(tmp_path.iterdir()))


@pytest.mark.parametrize("pid", ["0", "1", str(1 << 80)])
def test_odd_numbers(tmp_path: Path, pid: str) -> None:
    """In doubt a folder stays."""
    folder(tmp_path, pid)

    assert [] == sweep(str(tmp_path))


def test_many_sweep_at_once(tmp_path: Path, dead: int) -> None:
    """Services that start together do not trouble each other."""
    for number in range(50):
        (tmp_path / f"ringback-metrics-{dead}-{number}").mkdir()
        make_old(tmp_path / f"ringback-metrics-{dead}-{number}")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sweep, [str(tmp_path)] * 8))

    assert [] == list(tmp_path.iterdir())


def test_no_such_folder(tmp_path: Path) -> None:
    """Nothing is raised where there is nothing to look into."""
    assert [] == sweep(str(tmp_path / "gone"))
