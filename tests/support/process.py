"""Programs that a test starts for real."""

import random
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.support.patience import PATIENCE

# Below the ports that the system gives to outgoing connections: while a server is away nobody must get its port.
PORTS = range(10_000, 32_000)
# Who has not ended by itself then is ended.
POLITE = 10.0


def free_port() -> int:
    """A port that nothing listens on just now."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def wait_until_answers(url: str, process: "subprocess.Popen[bytes]", seconds: float = PATIENCE) -> None:
    """Returns when `url` answers anything; fails when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"{process.args!r} ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.03)
        else:
            return
    raise AssertionError(f"{url} did not answer within {seconds} s")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ends the process the polite way, and surely."""
    process.terminate()
    try:
        process.wait(POLITE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def children(pid: int) -> list[int]:
    """The processes that `pid` has started and that run still."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)
