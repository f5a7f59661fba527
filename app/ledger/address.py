"""The address of the database: as a person may write it, as SQLAlchemy takes it, and as libpq takes it."""

import re

from sqlalchemy.engine import URL, make_url

# libpq's own form for hosts that each have a port. SQLAlchemy wants it as `?host=a,b&port=1,2`.
_HOSTS_WITH_PORTS = re.compile(r"(\w+(?:\+\w+)?://(?:[^@]*@)?)([^/?@]+:\d+,[^/?@]+)(.*)", re.S)
_HOST = re.compile(r"\[?(?P<host>.+?)\]?(?::(?P<port>\d+))?")
# A server that does not even refuse would keep who asks for minutes.
_CONNECT_SECONDS = 3


def read_address(written: str) -> URL:
    """Raises SQLAlchemy's `ArgumentError`, and `ValueError`."""
    url = _read(written)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def libpq_address(url: URL) -> str:
    """What psycopg connects to: of several hosts the one that can be written to."""
    from psycopg.conninfo import make_conninfo

    named = dict(url.get_dialect()().create_connect_args(url)[1])
    # What SQLAlchemy adds is none of libpq's.
    named.pop("context", None)
    return make_conninfo(**{"connect_timeout": _CONNECT_SECONDS, "target_session_attrs": "read-write", **named})


def _read(written: str) -> URL:
    several = _HOSTS_WITH_PORTS.fullmatch(written)
    if several is None:
        return _with_all_ports(make_url(written))
    before, hosts, after = several.groups()
    pairs = [found.group("host", "port") for one in hosts.split(",") if (found := _HOST.fullmatch(one))]
    named = {"host": ",".join(host for host, _ in pairs), "port": ",".join(port or "" for _, port in pairs)}
    return make_url(before + after).update_query_dict(named)


def _with_all_ports(url: URL) -> URL:
    """libpq takes one port for all hosts, SQLAlchemy wants one for each."""
    hosts, port = url.query.get("host"), url.query.get("port")
    if not isinstance(hosts, str) or not isinstance(port, str) or "," in port:
        return url
    return url.update_query_dict({"port": ",".join([port] * len(hosts.split(",")))})
