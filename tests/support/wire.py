"""Bytes on a socket, for what no HTTP client would send."""

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback


def dial(ringback: RunningRingback) -> socket.socket:
    """A new connection."""
    return socket.create_connection(("127.0.0.1", ringback.port), timeout=PATIENCE)


def head(*lines: str, secret: str | None = SECRET, path: str = "/callbacks", method: str = "POST") -> bytes:
    """A request's head with these headers."""
    shown = [f"Authorization: Bearer {secret}"] if secret else []
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *shown, *lines, "", ""]).encode("latin-1")


def read_all(connection: socket.socket) -> bytes:
    """All until the other side hangs up."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def exchange(ringback: RunningRingback, sent: bytes) -> bytes:
    """What comes back for these bytes, when they are all that is sent."""
    with dial(ringback) as connection:
        # The server may have answered and gone; a socket without a peer is no `ConnectionError`.
        with suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        return read_all(connection)


def answers(raw: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Status and JSON of the answers in what came back; none where it is no JSON."""
    found = []
    while raw:
        first, _, raw = raw.partition(b"\r\n\r\n")
        status = int(first.split(b" ", 2)[1])
        if status == 100:
            continue
        length = int(first.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        found.append((status, json.loads(raw[:length])))
        raw = raw[length:]
    return found


def resident(pid: int) -> float:
    """MiB of memory that a process and its children hold."""
    folder = Path("/proc") / str(pid)
    try:
        status = (folder / "status").read_text()
        children = (folder / "task" / str(pid) / "children").read_text().split()
    except FileNotFoundError:  # it has just ended
        return 0.0
    own = next((float(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
    return own + sum(resident(int(child)) for child in children)
