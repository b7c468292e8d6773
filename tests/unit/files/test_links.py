"""Only links to Zalo's file servers are downloaded, despite tricks with hosts, ports and addresses."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from petitions.domain.files.links import Link, LinkRefused, checked, may_connect

HOSTS = ("zdn.vn",)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://zdn.vn/a.jpg", Link("zdn.vn", 443, "/a.jpg")),
        ("https://f21-zpc.zdn.vn/x/y.jpg?a=1&b=%20#part", Link("f21-zpc.zdn.vn", 443, "/x/y.jpg?a=1&b=%20")),
        ("http://f1.zdn.vn/a.jpg", Link("f1.zdn.vn", 443, "/a.jpg")),
        ("http://f1.zdn.vn:80/a.jpg", Link("f1.zdn.vn", 443, "/a.jpg")),
        ("HTTPS://F1.ZDN.VN:443", Link("f1.zdn.vn", 443, "/")),
        ("https://f1.zdn.vn./a", Link("f1.zdn.vn", 443, "/a")),
        ("https://f1.zdn.vn?q=1", Link("f1.zdn.vn", 443, "/?q=1")),
    ],
)
def test_links_of_the_allowed_hosts_by_https(url: str, link: Link) -> None:
    assert checked(url, HOSTS, local=False) == link


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://evil.example/zdn.vn", "host"),
        ("https://zdn.vn.evil.example/", "host"),
        ("https://evilzdn.vn/", "host"),
        ("https://zdn.vn@evil.example/", "userinfo"),
        ("https://evil.example@zdn.vn/", "userinfo"),
        ("https://user:pass@zdn.vn/", "userinfo"),
        ("https://zdn.vn:8443/", "port"),
        ("https://zdn.vn:80/", "port"),
        ("http://zdn.vn:443/", "port"),
        ("https://zdn.vn:0/", "port"),
        ("https://zdn.vn:99999/", "malformed"),
        ("https://zdn.vn:port/", "malformed"),
        ("https://zdn.vn../", "host"),
        ("https://.zdn.vn/", "host"),
        ("https://-a.zdn.vn/", "host"),
        ("https://a_b.zdn.vn/", "host"),
        ("https://f1%2ezdn.vn/", "host"),
        ("https://evil.example%00.zdn.vn/", "host"),
        ("https://evil.example\\.zdn.vn/", "malformed"),
        ("https://evil.example\\@zdn.vn/", "malformed"),
        ("https://ｚｄｎ.vn/", "malformed"),
        ("https://zdn。vn/", "malformed"),
        ("https://zdn.vn\t/", "malformed"),
        ("https://zdn.vn/a\r\nHost: evil", "malformed"),
        (" https://zdn.vn/", "malformed"),
        ("https://127.0.0.1/", "host"),
        ("http://127.0.0.1:8080/", "host"),
        ("http://localhost/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f.1/", "host"),
        ("https://[::1]/", "host"),
        ("https://[::ffff:10.0.0.1]/", "host"),
        ("https://[zdn.vn]/", "malformed"),
        ("https://169.254.169.254/computeMetadata/v1/", "host"),
        ("https://metadata.google.internal/", "host"),
        ("//zdn.vn/a", "scheme"),
        ("/a.jpg", "scheme"),
        ("", "scheme"),
        ("ftp://zdn.vn/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://zdn.vn/", "scheme"),
        ("https:///a", "host"),
        ("https://zdn.vn/" + "a" * 5000, "malformed"),
    ],
)
def test_tricks_are_refused(url: str, reason: str) -> None:
    with pytest.raises(LinkRefused, match=f"^{reason}$"):
        checked(url, HOSTS, local=False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/a", "http://localhost:9/a", "http://localhost/a"])
def test_loopback_is_for_a_laptop_alone(url: str) -> None:
    assert checked(url, HOSTS, local=True).secure is False
    with pytest.raises(LinkRefused):
        checked(url, HOSTS, local=False)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "http://127.0.0.2/", "http://[::1]/", "http://10.0.0.1/"])
def test_a_laptop_allows_nothing_else(url: str) -> None:
    with pytest.raises(LinkRefused):
        checked(url, HOSTS, local=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("203.171.20.7", True),
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, *, public: bool) -> None:
    assert may_connect(IPv4Address(address), Link("f1.zdn.vn", 443, "/")) is public


def test_a_local_link_connects_to_this_machine_alone() -> None:
    local = Link("localhost", 80, "/", secure=False)
    assert may_connect(IPv4Address("127.0.0.1"), local)
    assert not may_connect(IPv4Address("10.0.0.1"), local)
    assert not may_connect(IPv4Address("8.8.8.8"), local)
