"""Programs that a test starts for real."""

import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answers(url: str, process: "subprocess.Popen[bytes]", seconds: float = 20.0) -> None:
    """Returns when `url` answers anything; fails when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"{process.args!r} ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
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
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
