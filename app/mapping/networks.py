"""Reads where the requests of a source may come from: `networks`."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from app.mapping.codes import Code
from app.mapping.problems import WrongError

Network = IPv4Network | IPv6Network

LEAVES_OUT_IPV4 = "::/0 leaves out IPv4; write 0.0.0.0/0 beside it, or no `networks` where all may come"
_AROUND = "IPv6 around IPv4 leaves it out: write IPv4 as 203.0.113.0/24, and all of IPv6 as 2000::/3"
_WANTED = "wanted is a network such as 203.0.113.0/24, or an address such as 203.0.113.7"
# IPv4 as IPv6 tells it.
_MAPPED = IPv6Network("::ffff:0:0/96")
# They hold IPv4 as well, but no request is told to come from there. The last one is NAT64's.
_SEEMING = tuple(map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
_LOOPBACK = IPv6Network("::1")


def read_network(value: Any) -> Network:
    """A network, or one address; what IPv6 says of IPv4 is IPv4. Raises `WrongError`."""
    if not isinstance(value, str):
        raise WrongError(Code.WRONG_TYPE, _WANTED)
    try:
        network = _unmapped(ip_network(value.strip()))
    except ValueError as error:
        raise WrongError(Code.INVALID_VALUE, f'"{value}" is no network; {_meant(value) or _WANTED}') from error
    if isinstance(network, IPv6Network):
        _check_ipv6(network, value)
    return network


def leaves_out_ipv4(networks: Sequence[Network]) -> bool:
    """Whether all may come, but nobody by IPv4."""
    versions = {network.version for network in networks}
    return versions == {6} and any(not network.prefixlen for network in networks)


def _check_ipv6(network: IPv6Network, value: str) -> None:
    if network.prefixlen and network.supernet_of(_MAPPED):
        raise WrongError(Code.INVALID_VALUE, f'"{value}" lets in no IPv4; {_AROUND}')
    if network != _LOOPBACK and any(network.subnet_of(seeming) for seeming in _SEEMING):
        raise WrongError(Code.INVALID_VALUE, f'"{value}" lets in no IPv4; {_meant(value)}')


def _meant(value: str) -> str | None:
    host, _, length = value.strip().partition("/")
    try:
        ipv4 = _ipv4_in(ip_address(host))
        bits = int(length or _MAPPED.max_prefixlen)
        if ipv4 and ipv4.max_prefixlen < bits < _MAPPED.prefixlen:
            return _AROUND
        # Whoever writes ::ffff:203.0.113.7/24 counts the bits of IPv4.
        shorter = f"{ipv4}/{bits % _MAPPED.prefixlen}" if ipv4 else value.strip()
        return f"did you mean {ip_network(shorter, strict=False)}?"
    except ValueError:
        return None


def _ipv4_in(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address) or not any(address in network for network in (_MAPPED, *_SEEMING)):
        return None
    return IPv4Address(int(address) & 0xFFFFFFFF)


def _unmapped(network: Network) -> Network:
    """The same network, as the addresses are told that come from it. Raises `ValueError`."""
    if isinstance(network, IPv4Network):
        return network
    if network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - _MAPPED.prefixlen))
    return IPv6Network((int(network.network_address), network.prefixlen))
