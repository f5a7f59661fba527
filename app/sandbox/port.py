"""Whether the sandbox can listen where it is told to, said in one sentence."""

import errno
import socket
import time

PATIENCE_SECONDS = 2.0
"""How long a port may still be taken: that of a sandbox that was killed is free within a second."""


def require_free(host: str, port: int) -> None:
    """End with status 1 where nobody can listen; gunicorn would try for five seconds, with two lines for each try."""
    end = time.monotonic() + PATIENCE_SECONDS
    problem = _problem(host, port)
    while _is_taken(problem) and time.monotonic() < end:
        time.sleep(0.1)
        problem = _problem(host, port)
    if _is_taken(problem):
        raise SystemExit(
            f"Error: Port {port} is taken by another program: end that, or choose another port with --port or "
            "SANDBOX_PORT."
        )
    if problem:
        raise SystemExit(f"Error: The sandbox cannot listen on {host}, port {port}: {problem}")


def _problem(host: str, port: int) -> Exception | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As gunicorn does: what remains of closed connections does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as problem:
            return problem
    return None


def _is_taken(problem: Exception | None) -> bool:
    return isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE
