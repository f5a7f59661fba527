"""Servers that tests start themselves come with Debian's packages, where nobody has installed them yet."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

# A root may not run such servers; these users exist for it.
_USERS = ("postgres", "nobody")


def find_or_install(package: str, find: Callable[[], Path | None]) -> Path:
    """What `find` finds, after an installation if need be. Without it the tests fail, with this reason."""
    found = find()
    if found is None:
        _install(package, find)
        found = find()
    if found is None:
        raise RuntimeError(f"nothing of {package} was found, neither in PATH nor where Debian puts it: install it")
    return found


def unprivileged() -> dict[str, Any]:
    """For `subprocess`: who runs servers where root runs the tests."""
    if os.geteuid() != 0:
        return {}
    for name in _USERS:
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError(f"such a server does not run as root, and there is none of the users {', '.join(_USERS)}")


def _install(package: str, find: Callable[[], Path | None]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Test processes run side by side, and apt does not.
    with Path(tempfile.gettempdir(), "ringback-tests-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if find() is not None:
            return
        for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
            done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"apt-get could not install {package}: {done.stderr[-1000:]}")
