"""Sees to it that there is a browser for the tests: the machine's, else one that is installed."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

from tests.support.browser import executable


def main() -> None:
    """Does nothing where there is one."""
    with sync_playwright() as playwright:
        found = executable(playwright)
    if found:
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        # A list of packages that cannot be fetched may do as it is.
        subprocess.run([apt, "update", "--quiet"], check=False, env=environment)
        # Debian has it. Ubuntu's package chromium only leads to a snap, which a container cannot run.
        install = [apt, "install", "--yes", "--no-install-recommends", "chromium-headless-shell"]
        done = subprocess.run(install, env=environment)
        if done.returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    main()
