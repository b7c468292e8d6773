"""Google's servers in front of the functions. http://127.0.0.1:PORT/HOST/PATH stands for https://HOST/PATH.

A request is routed to a started function, or refused:

* A host of the domain is routed by the load balancer: forwarding rule, certificate, URL map, backend, group, service.
  The URL map compares paths unnormalized.
* A backend with Identity-Aware Proxy gets a signed assertion for the person named in the header `X-Rehearsal-Person`.
  Other backends get the assertion header as the client sent it.
* A host of Cloud Run (`*.run.app`) serves Pub/Sub and Cloud Scheduler. It needs a token for this host, issued to an
  account that may invoke the service.
"""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local import oidc
from infra.rehearsal.control_plane import policies
from infra.rehearsal.control_plane.plane import ControlPlane
from infra.rehearsal.control_plane.state import State, Stored
from infra.rehearsal.deployed.errors import NoRouteError
from infra.rehearsal.deployed.functions import Started
from infra.rehearsal.deployed.servers import Reply, Request, served

PERSON = "x-rehearsal-person"
"""The header with the e-mail address of the person who is signed in with Google."""

INVOKER, ACCESSOR = "roles/run.invoker", "roles/iap.httpsResourceAccessor"
CHECK_OFF = "run.googleapis.com/invoker-iam-disabled"
BALANCER, CITIZEN = "203.0.113.10", "198.51.100.7"
SECONDS = 120.0
_OWN = ("x-rehearsal-", "x-forwarded-")
_OF_ONE_WAY = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
REFUSED = Reply(403, b"Your client does not have permission to get this URL from this server.")


@dataclass(frozen=True)
class Way:
    service: str
    added: dict[str, str]


class Front:
    """A server on a free port that routes requests to functions as Google does.

    `key` signs the identity tokens of service accounts.
    """

    def __init__(self, plane: ControlPlane, started: Started, key: bytes) -> None:
        self._plane, self._started, self._key = plane, started, key
        self._signing = ec.generate_private_key(ec.SECP256R1())
        self._server = served(self._handle)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def public_keys(self) -> dict[str, str]:
        """Identity-Aware Proxy's public keys, as Google publishes them."""
        form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return {"rehearsal": self._signing.public_key().public_bytes(*form).decode()}

    def address(self, url: str) -> str:
        """Return the address on this machine that stands for an https:// address.

        `https://HOST/x` -> `http://127.0.0.1:PORT/HOST/x`
        """
        return f"{self.url}/{url.removeprefix('https://')}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, audience: str, email: str) -> str:
        """Return an OpenID Connect token with which the account `email` may call the URL `audience`."""
        return oidc.issue(self._key, audience, email)

    def _handle(self, request: Request) -> Reply:
        host, _, path = request.path.lstrip("/").partition("/")
        asked = Request(request.method, f"/{path}", request.headers | {"host": host}, request.body)
        try:
            with self._plane.lock:
                way = self._way(host, asked)
            return way if isinstance(way, Reply) else self._led(way, asked)
        except NoRouteError as missing:
            return Reply(502, str(missing).encode())

    def _way(self, host: str, asked: Request) -> Way | Reply:
        state = self._plane.state
        if host.endswith(".run.app"):
            return self._called(state, host, asked)
        backend, name = service_of(state, host, asked.path.partition("?")[0])
        came = {"x-forwarded-for": f"{asked.headers.get('x-forwarded-for', CITIZEN)},{BALANCER}"}
        if backend.body.get("iap", {}).get("enabled"):
            person = asked.headers.get(PERSON, "")
            agent = f"serviceAccount:service-{state.number}@gcp-sa-iap.iam.gserviceaccount.com"
            if not (_may_enter(state, backend, person) and _invokes(state, name, agent)):
                return REFUSED
            audience = f"/projects/{state.number}/global/backendServices/{backend.body['id']}"
            return Way(name, came | {"x-goog-iap-jwt-assertion": self._assertion(audience, person)})
        checked = _service(state, name).body["metadata"]["annotations"].get(CHECK_OFF, "").lower() != "true"
        return REFUSED if checked else Way(name, came)

    def _called(self, state: State, host: str, asked: Request) -> Way | Reply:
        found = [stored for stored in state.of("run.services") if urlsplit(stored.body["status"]["url"]).netloc == host]
        if not found:
            return Reply(404, b"The requested URL was not found on this server.")
        name = str(found[0].body["metadata"]["name"])
        try:
            claims = oidc.verify(
                self._key, asked.headers.get("authorization", "").removeprefix("Bearer "), f"https://{host}"
            )
        except oidc.TokenError as error:
            return Reply(401, str(error).encode())
        if not _invokes(state, name, f"serviceAccount:{claims['email']}"):
            return REFUSED
        return Way(name, {})

    def _assertion(self, audience: str, person: str) -> str:
        now = int(time.time())
        claims = {"iss": "https://cloud.google.com/iap", "aud": audience, "email": person, "iat": now, "exp": now + 600}
        return jwt.encode(claims, self._signing, algorithm="ES256", headers={"kid": "rehearsal"})

    def _led(self, way: Way, asked: Request) -> Reply:
        kept = {name: item for name, item in asked.headers.items() if not name.startswith(_OWN)}
        kept = {name: item for name, item in kept.items() if name not in _OF_ONE_WAY} | way.added
        try:
            return self._sent(way.service, asked, kept)
        except ConnectionRefusedError:
            # The instance ended after its port was looked up, and its successor is ready by now.
            return self._sent(way.service, asked, kept)

    def _sent(self, name: str, asked: Request, headers: dict[str, str]) -> Reply:
        link = http.client.HTTPConnection("127.0.0.1", self._started.port(self._plane.state, name), timeout=SECONDS)
        try:
            link.request(asked.method, asked.path, asked.body or None, headers)
            answer = link.getresponse()
            passed = [header for header in answer.getheaders() if header[0].lower() not in _OF_ONE_WAY]
            return Reply(answer.status, answer.read(), tuple(passed))
        finally:
            link.close()


def service_of(state: State, host: str, path: str = "/") -> tuple[Stored, str]:
    """Return the backend and the service to which the load balancer routes a path of a host. Raises NoRouteError."""
    rules = [
        stored for stored in state.of("compute.globalForwardingRules") if stored.body["portRange"].startswith("443")
    ]
    link = rules[0].body["target"] if rules else None
    proxy = _linked(state, link, "the forwarding rule of port 443")
    names = [
        domain
        for link in proxy.body.get("sslCertificates", ())
        for domain in _linked(state, link, "a certificate").body.get("managed", {}).get("domains", ())
    ]
    if host not in names:
        raise NoRouteError(f"no certificate is for {host}, but for {', '.join(names) or 'nothing'}")
    routes = _linked(state, proxy.body.get("urlMap"), "the map of addresses").body
    matcher = next((item["pathMatcher"] for item in routes.get("hostRules", ()) if host in item["hosts"]), None)
    inner = next((item for item in routes.get("pathMatchers", ()) if item["name"] == matcher), routes)
    backend = _linked(state, _ruled(inner, path), "the backend service")
    group = _linked(state, backend.body.get("backends", [{}])[0].get("group"), "the group of endpoints")
    return backend, str(group.body["cloudRun"]["service"])


def _ruled(matcher: dict[str, Any], path: str) -> str | None:
    """Return the service of the longest URL map pattern that matches a path, or None.

    `/x/*` matches `/x/` and paths below, but not `/x`.
    """
    fits = [
        (len(pattern), str(rule["service"]))
        for rule in matcher.get("pathRules", ())
        for pattern in rule["paths"]
        if (path.startswith(pattern[:-1]) if pattern.endswith("/*") else path == pattern)
    ]
    return max(fits)[1] if fits else matcher.get("defaultService")


def _linked(state: State, link: str | None, description: str) -> Stored:
    name = (link or "").partition("/compute/v1/")[2] or link or ""
    stored = state.get("compute", name)
    if stored is None:
        raise NoRouteError(f"{description} is missing ({link})")
    return stored


def _name_of(state: State, service: str) -> str:
    return f"projects/{state.project}/locations/{state.region}/services/{service}"


def _service(state: State, name: str) -> Stored:
    stored = state.get("run", _name_of(state, name))
    if stored is None:
        raise NoRouteError(f"the service {name} is not deployed")
    return stored


def _invokes(state: State, name: str, member: str) -> bool:
    return policies.in_force(state, state.key("run", _name_of(state, name)), INVOKER, member)


def _may_enter(state: State, backend: Stored, person: str) -> bool:
    """Return whether Identity-Aware Proxy lets a person through.

    The policy of the backend must name the person, or a group that has the person as a member.
    """
    groups: dict[str, set[str]] = state.switches.get("group-members", {})
    key = state.key("iap", f"projects/{state.number}/iap_web/compute/services/{backend.body['name']}")
    members = [f"user:{person}", *(f"group:{group}" for group, people in groups.items() if person in people)]
    return any(policies.in_force(state, key, ACCESSOR, member) for member in members)
