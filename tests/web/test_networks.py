"""Which addresses a network lets in, however either is written, and which address a request has behind proxies."""

import pytest
from flask import Flask, request

from app.domain.client_address import address_of, is_within
from app.mapping.networks import leaves_out_ipv4, read_network
from app.mapping.problems import WrongError
from app.web.proxies import believe_proxies

NETWORKS = [
    *("203.0.113.0/24", "::ffff:203.0.113.0/120", "::FFFF:CB00:7100/120", "0:0:0:0:0:ffff:203.0.113.0/120"),
    *("::ffff:203.0.113.0/120", " 203.0.113.0/24 ", "203.0.113.0/255.255.255.0", "203.0.113.9", "::ffff:203.0.113.9"),
    *("::ffff:203.0.113.9/128", "::ffff:203.0.113.9%eth0", "::ffff:0:0/96", "0.0.0.0/0"),
]
ADDRESSES = [
    *("203.0.113.9", " 203.0.113.9 ", "203.0.113.9:4711", "::ffff:203.0.113.9", "::ffff:203.0.113.9:4711"),
    *("[::ffff:203.0.113.9]", "[::ffff:203.0.113.9]:4711", "::FFFF:cb00:7109", "[::ffff:cb00:7109]:1"),
    *("::ffff:203.0.113.9%eth0", "[::ffff:203.0.113.9%2]:4711", "0:0:0:0:0:ffff:203.0.113.9", "[203.0.113.9]:4711"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_ipv4_in_all_its_forms(address: str) -> None:
    """IPv4 is IPv4, also where one side tells it as IPv6."""
    assert [] == [network for network in NETWORKS if not is_within(address, [read_network(network)])]
    assert "203.0.113.9" == address_of(address)


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("2001:db8::/32", "2001:db8::9"),
        ("2001:db8::/32", "[2001:db8::9]:4711"),
        ("fe80::/10", "fe80::1%eth0"),
        ("fe80::1%eth0", "fe80::1"),
        ("::/0", "2001:db8::9"),
    ],
)
def test_ipv6(network: str, address: str) -> None:
    """A zone is of no account: it names an interface of the machine that wrote it."""
    assert is_within(address, [read_network(network)])


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("::ffff:203.0.113.0/120", "203.0.114.9"),
        ("::ffff:203.0.113.0/120", "2001:db8::9"),
        ("203.0.113.0/24", "2002:cb00:7109::1"),
        ("203.0.113.0/24", "64:ff9b::203.0.113.9"),
        ("2002:cb00:7100::/40", "203.0.113.9"),
        ("::/0", "203.0.113.9"),
        ("0.0.0.0/0", "2001:db8::9"),
        ("203.0.113.0/24", "unknown"),
        ("203.0.113.0/24", "203.0.113.9.1"),
        ("203.0.113.0/24", "203.0.113.009"),
        ("203.0.113.0/24", ""),
    ],
)
def test_kept_out(network: str, address: str) -> None:
    """What only holds IPv4 somewhere (6to4, NAT64) is no IPv4, and what is no address is nowhere."""
    assert not is_within(address, [read_network(network)])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("203.0.113.7/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.7/120", "203.0.113.0/24"),
        ("::ffff:203.0.113.7/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.0/24", "203.0.113.0/24"),
        ("2001:db8::1/32", "2001:db8::/32"),
    ],
)
def test_bits_of_a_host(written: str, meant: str) -> None:
    """A network with the bits of a host is wrong, and the message says which one is meant."""
    with pytest.raises(WrongError) as caught:
        read_network(written)

    assert f"did you mean {meant}?" in caught.value.findings[0].text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("::203.0.113.0/120", "203.0.113.0/24"),
        ("::203.0.113.7", "203.0.113.7/32"),
        ("::cb00:7100/120", "203.0.113.0/24"),
        ("::203.0.113.7/120", "203.0.113.0/24"),
        ("::ffff:0:203.0.113.0/120", "203.0.113.0/24"),
        ("64:ff9b::203.0.113.0/120", "203.0.113.0/24"),
        ("64:ff9b::/96", "0.0.0.0/0"),
        ("::/96", "0.0.0.0/0"),
    ],
)
def test_ipv4_that_only_seems_so(written: str, meant: str) -> None:
    """IPv6 holds IPv4 in several ways, and requests come in one of them only; the message says what to write."""
    with pytest.raises(WrongError) as caught:
        read_network(written)

    assert f"did you mean {meant}?" in caught.value.findings[0].text


@pytest.mark.parametrize("written", ["::/64", "::ffff:0:0/95", "::/1", "::/80", "::/3", "::ffff:203.0.113.0/64"])
def test_ipv4_that_would_be_left_out(written: str) -> None:
    """A network of IPv6 around all of IPv4 lets in none of it."""
    with pytest.raises(WrongError) as caught:
        read_network(written)

    assert "write IPv4 as 203.0.113.0/24" in caught.value.findings[0].text


@pytest.mark.parametrize("written", ["::1", "::1/128", "2000::/3", "fc00::/7", "2002:cb00:7100::/40", "64:ff9b:1::/48"])
def test_ipv6_that_is_meant(written: str) -> None:
    """All else of IPv6 is taken as it is."""
    assert 6 == read_network(written).version


@pytest.mark.parametrize(
    ("written", "left_out"),
    [
        (["::/0"], True),
        (["::/0", "2001:db8::/32"], True),
        (["::/0", "0.0.0.0/0"], False),
        (["::/0", "203.0.113.0/24"], False),
        (["2001:db8::/32"], False),
    ],
)
def test_all_of_ipv6(written: list[str], left_out: bool) -> None:
    """Who lets in all of IPv6 says as well what is let in of IPv4."""
    assert left_out is leaves_out_ipv4([read_network(one) for one in written])


def test_a_zone_is_not_logged() -> None:
    """A zone may be any words, a telephone number too."""
    assert "fe80::1" == address_of("fe80::1%4930901820")


@pytest.mark.parametrize(
    ("sent", "count", "address"),
    [
        ("203.0.113.9, 198.51.100.1", 1, "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1, 198.51.100.2", 2, "198.51.100.1"),
        ('203.0.113.9, "x, 198.51.100.1, 198.51.100.2', 2, "198.51.100.1"),
        ('"203.0.113.9, 198.51.100.1, 198.51.100.2', 2, "198.51.100.1"),
        ('203.0.113.9, "\\", 198.51.100.1', 1, "198.51.100.1"),
        ('"[2001:db8::9]:4711"', 1, "2001:db8::9"),
    ],
)
def test_behind_proxies(sent: str, count: int, address: str) -> None:
    """Only what the proxies wrote is believed, whatever the sender wrote before it, quotes too."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: str(address_of(request.remote_addr)))
    believe_proxies(app, count)

    assert address == app.test_client().get("/", headers={"X-Forwarded-For": sent}).text
