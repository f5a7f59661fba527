"""How a source shows that it is the one it says it is."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network


class Scheme(Enum):
    """Where a request carries the secret."""

    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"


@dataclass(frozen=True)
class Access:
    """What a request has to show.

    `name` is the user of Basic, or the name of the header. `token_in_url` takes the secret at the end of the URL, too.
    `networks` are those that a request may come from; without any it may come from everywhere.
    """

    scheme: Scheme = Scheme.BEARER
    name: str = ""
    token_in_url: bool = False
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
