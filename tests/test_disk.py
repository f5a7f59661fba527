"""A disk that is thrown away with its container is known as one."""

from pathlib import Path

import pytest

from app.disk import throwaway_reason

MOUNTS = """overlay / overlay rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
/dev/vda1 /srv/data ext4 rw 0 0
tmpfs /srv/data/cache tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "environment", "throwaway"),
    [
        ("/srv/data", {}, False),
        ("/srv/data/deeper", {}, False),
        ("/srv/data/cache", {}, True),
        ("/srv", {}, True),
        ("/dev/shm", {}, True),
        ("/srv/data", {"DYNO": "web.1"}, True),
    ],
)
def test_throwaway(folder: str, environment: dict[str, str], throwaway: bool) -> None:
    """The nearest mount decides, and a dyno's disk is thrown away whatever it lies on."""
    assert throwaway is (throwaway_reason(Path(folder), environment, MOUNTS) is not None)


def test_unknown_mounts_are_trusted() -> None:
    """Where nothing is known of the disk nobody is kept from starting."""
    assert throwaway_reason(Path("/srv"), {}, "") is None
