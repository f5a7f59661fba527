"""Of several hosts of a Postgres, which is tried first."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_PORT = "5432"


class Hosts:
    """Remembers which host was good the last time. Another may be dead, and trying it takes too long for a request."""

    def __init__(self) -> None:
        self._good = ("", "")

    def in_order(self, named: dict[str, Any]) -> dict[str, Any]:
        """The same arguments for psycopg, with that host in front."""
        hosts, ports = (str(named.get(name) or "").split(",") for name in ("host", "port"))
        if len(hosts) == 1:
            return named
        pairs = list(zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=True))
        pairs.sort(key=lambda pair: (pair[0], pair[1] or _PORT) != self._good)
        return {**named, "host": ",".join(host for host, _ in pairs), "port": ",".join(port for _, port in pairs)}

    def note(self, session: "psycopg.Connection[Any]") -> None:
        """This session has been opened."""
        self._good = session.info.host, str(session.info.port)
