"""Where a request comes from."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Some proxies add the port: 203.0.113.7:4711, [2001:db8::7]:4711, ::ffff:203.0.113.7:4711.
_BRACKETED = re.compile(r"\[(.*)\](?::\d+)?")
_DOTTED = re.compile(r"(.*\.\d+):\d+")


def address_of(remote: str | None) -> str | None:
    """The address as text for the log; none where a proxy tells something else."""
    address = _address(remote)
    return str(address) if address else None


def is_within(remote: str | None, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether `remote` is in one of the networks. An address that cannot be read is in none."""
    address = _address(remote)
    return address is not None and any(address in network for network in networks)


def _address(remote: str | None) -> IPv4Address | IPv6Address | None:
    text = (remote or "").strip()
    with_port = _BRACKETED.fullmatch(text) or _DOTTED.fullmatch(text)
    # The zone names an interface of the machine that wrote it, in any words.
    host = (with_port[1] if with_port else text).partition("%")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
