"""What pages are made of is what its makers have published, and small."""

import gzip
import hashlib
import tomllib

import pytest

from app.console.static_files import FOLDER

VENDORED = tomllib.loads((FOLDER / "vendored.toml").read_text())["file"]
OURS = {"console.css", "console.js", "icon.svg", "vendored.toml"}
# What the kernel holds of an answer for one who does not read.
LARGEST = 64 * 1024


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file["name"])
def test_a_vendored_file_is_untouched(file: dict[str, str]) -> None:
    assert hashlib.sha256((FOLDER / file["name"]).read_bytes()).hexdigest() == file["sha256"]


def test_each_file_is_ours_or_vendored() -> None:
    assert {path.name for path in FOLDER.iterdir()} == OURS | {file["name"] for file in VENDORED}


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_a_stranger_may_fetch_nothing_large(path) -> None:
    assert len(gzip.compress(path.read_bytes())) < LARGEST
