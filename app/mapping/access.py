"""Reads how a source shows who it is: `auth` and `networks`."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from app.domain.access import Scheme
from app.domain.ordinary_headers import is_ordinary
from app.mapping.codes import Code
from app.mapping.problems import WrongError

WANTED = "wanted is bearer, {basic: user name} or {header: name}"
# A proxy or a server leaves out a name with `_`.
HEADER_NAME = r"[A-Za-z][A-Za-z0-9-]{0,63}"
# It may hold no colon, since one parts it from the password.
USER_NAME = r"[^:\s]([^:]*[^:\s])?"
# IPv4 as IPv6 tells it.
_MAPPED = IPv6Network("::ffff:0:0/96")


def read_auth(value: Any) -> tuple[Scheme, str]:
    """The scheme, and the user or the header that it names. Raises `WrongError`."""
    if value == Scheme.BEARER.value:
        return Scheme.BEARER, ""
    if not isinstance(value, dict) or len(value) != 1:
        raise WrongError(Code.WRONG_TYPE if isinstance(value, list) else Code.INVALID_VALUE, WANTED)
    ((word, name),) = value.items()
    if word == Scheme.BASIC.value:
        return Scheme.BASIC, _named(word, name, USER_NAME, "the user name, a text without a colon")
    if word == Scheme.HEADER.value:
        name = _named(word, name, HEADER_NAME, "the header's name of letters, digits and -, such as X-Api-Key")
        if is_ordinary(name):
            said = f"clients and proxies send {name} by themselves; choose another, such as X-Api-Key"
            raise WrongError(Code.INVALID_VALUE, said)
        return Scheme.HEADER, name
    raise WrongError(Code.UNKNOWN_KEY, WANTED, (word,))


def read_network(value: Any) -> IPv4Network | IPv6Network:
    """A network, or one address; what IPv6 says of IPv4 is IPv4. Raises `WrongError`."""
    wanted = "wanted is a network such as 203.0.113.0/24, or an address such as 203.0.113.7"
    if not isinstance(value, str):
        raise WrongError(Code.WRONG_TYPE, wanted)
    try:
        return _unmapped(ip_network(value.strip()))
    except ValueError as error:
        raise WrongError(Code.INVALID_VALUE, f'"{value}" is no network; {_meant(value) or wanted}') from error


def _meant(value: str) -> str | None:
    host, _, length = value.strip().partition("/")
    try:
        mapped = getattr(ip_address(host), "ipv4_mapped", None)
        # Whoever writes ::ffff:203.0.113.7/24 counts the bits of IPv4.
        shorter = f"{mapped}/{int(length) % _MAPPED.prefixlen}" if mapped else value.strip()
        return f"did you mean {ip_network(shorter, strict=False)}?"
    except ValueError:
        return None


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """The same network, as the addresses are told that come from it. Raises `ValueError`."""
    if isinstance(network, IPv4Network):
        return network
    if network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - _MAPPED.prefixlen))
    return IPv6Network((int(network.network_address), network.prefixlen))


def _named(word: str, name: Any, pattern: str, wanted: str) -> str:
    if not isinstance(name, str) or not re.fullmatch(pattern, name):
        raise WrongError(Code.INVALID_VALUE, f"wanted is {wanted}", (word,))
    return name
