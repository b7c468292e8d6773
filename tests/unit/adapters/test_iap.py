from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from petitions.adapters.iap import ISSUER, KEYS_URL, IapIdentities
from petitions.errors import Forbidden, Retryable

AUDIENCE = "/projects/1/global/backendServices/2"


class Proxy:
    """A proxy that signs headers and serves its public keys. With `down`, the key server fails."""

    def __init__(self) -> None:
        self.keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self.down = False
        self.fetches = 0
        self.seconds = 0.0
        self.rotate("first")
        client = httpx.Client(transport=httpx.MockTransport(self._serve))
        self.identities = IapIdentities(AUDIENCE, client, lambda: self.seconds)

    def rotate(self, kid: str) -> None:
        self.keys[kid] = ec.generate_private_key(ec.SECP256R1())

    def _serve(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == KEYS_URL
        self.fetches += 1
        if self.down:
            return httpx.Response(503)
        form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        keys = {kid: key.public_key().public_bytes(*form).decode() for kid, key in self.keys.items()}
        return httpx.Response(200, json=keys, headers={"Cache-Control": "public, max-age=3000"})

    def signs(self, kid: str = "first", header: dict[str, Any] | None = None, **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "email": "Hang.TT@sxd.example.vn", "sub": "accounts.google.com:1",
            "iat": now, "exp": now + 600,
        } | changes  # fmt: skip
        parts = [{"alg": "ES256", "typ": "JWT", "kid": kid} | (header or {}), claims]
        signed = ".".join(_coded(json.dumps(part).encode()) for part in parts)
        r, s = decode_dss_signature(self.keys[kid].sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_coded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def proxy() -> Proxy:
    return Proxy()


def test_who_signed_in_and_the_keys_are_fetched_once(proxy: Proxy) -> None:
    for _ in range(3):
        assert proxy.identities.email(proxy.signs()) == "hang.tt@sxd.example.vn"
    assert proxy.fetches == 1
    proxy.seconds += 3000
    assert proxy.identities.email(proxy.signs())
    assert proxy.fetches == 2


WRONG: dict[str, Callable[[Proxy], str]] = {
    "nothing": lambda _: "",
    "no token": lambda _: "x.y.z",
    "bytes": lambda _: "\udcff.a.b",
    "another audience": lambda proxy: proxy.signs(aud="/projects/1/global/backendServices/3"),
    "no audience": lambda proxy: proxy.signs(aud=None),
    "another issuer": lambda proxy: proxy.signs(iss="https://accounts.google.com"),
    "expired": lambda proxy: proxy.signs(iat=int(time.time()) - 700, exp=int(time.time()) - 60),
    "of the future": lambda proxy: proxy.signs(iat=int(time.time()) + 300, exp=int(time.time()) + 900),
    "without an address": lambda proxy: proxy.signs(email=None),
    "unsigned": lambda proxy: proxy.signs(header={"alg": "none"}),
    "the public key as a secret": lambda proxy: proxy.signs(header={"alg": "HS256"}),
    "without a key's name": lambda proxy: proxy.signs(header={"kid": ""}),
    "changed": lambda proxy: proxy.signs()[:-6] + "AAAAAA",
    "another's words": lambda proxy: ".".join(
        [proxy.signs().split(".")[0], proxy.signs(email="a@b.vn").split(".")[1], proxy.signs().split(".")[2]]
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_let_in(proxy: Proxy, what: str) -> None:
    with pytest.raises(Forbidden):
        proxy.identities.email(WRONG[what](proxy))


def test_a_key_of_somebody_else_under_a_known_name(proxy: Proxy) -> None:
    proxy.identities.email(proxy.signs())
    forged = Proxy().signs()
    with pytest.raises(Forbidden):
        proxy.identities.email(forged)


def test_a_new_key_is_fetched_but_nonsense_does_not_fetch_at_every_request(proxy: Proxy) -> None:
    proxy.identities.email(proxy.signs())
    proxy.rotate("second")
    with pytest.raises(Forbidden):  # fetched less than a minute ago
        proxy.identities.email(proxy.signs("second"))
    proxy.seconds += 60
    assert proxy.identities.email(proxy.signs("second"))
    assert proxy.fetches == 2
    del proxy.keys["first"]
    for _ in range(5):
        with pytest.raises(Forbidden):
            proxy.identities.email(proxy.signs("second", header={"kid": "third"}))
    assert proxy.fetches == 2


def test_while_the_keys_server_is_down_known_keys_go_on(proxy: Proxy) -> None:
    proxy.down = True
    with pytest.raises(Retryable):
        proxy.identities.email(proxy.signs())
    proxy.down = False
    assert proxy.identities.email(proxy.signs())
    proxy.down = True
    proxy.seconds += 4000
    assert proxy.identities.email(proxy.signs())
