"""A rehearsed deployment that runs: functions from their archives, the routes to them, messages and jobs."""

from __future__ import annotations

import base64
import http.client
import io
import json
import zipfile
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.build import package
from infra.emulators.testing.pubsub_server import PubsubServer
from infra.operate.webhook_probe import probe_answer
from infra.rehearsal.control_plane.state import State
from infra.rehearsal.deployed import functions, jobs
from infra.rehearsal.deployed.errors import JobError, NoRouteError
from infra.rehearsal.deployed.front import PERSON, Front, service_of
from infra.rehearsal.deployed.messages import Messages
from infra.rehearsal.deployed.outside import Outside
from infra.rehearsal.deployed.servers import Reply, Request, served
from petitions.adapters.iap import KEYS_URL, IapIdentities
from tests.infra.conftest import VARIABLES
from tests.infra.rehearsal.conftest import PROJECT, Client
from tests.infra.rehearsal.test_control_plane import COMPUTE, FUNCTIONS, TOPICS, P, function

pytestmark = pytest.mark.release

KEY = b"k" * 48
NOWHERE = {"PUBSUB_EMULATOR_HOST": "127.0.0.1:1", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1"}
SUBSCRIPTIONS = f"pubsub/v1/{P}/subscriptions"
CALLER = f"caller-push@{PROJECT}.iam.gserviceaccount.com"
WEBHOOK, DESK = "webhook.pakn.example.vn", "desk.pakn.example.vn"
CALLED = "https://intake-1a2b.a.run.app"


class Ported(functions.Started):
    """A replacement for started functions: all of them respond on one port, and their requests are recorded."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"), {})
        self.asked: list[Request] = []
        self.status = 200
        self.server: ThreadingHTTPServer = served(self._answer)

    def port(self, state: State, name: str) -> int:
        return self.server.server_port

    def _answer(self, request: Request) -> Reply:
        self.asked.append(request)
        return Reply(self.status, b"from the function")


@pytest.fixture
def ported() -> Iterator[Ported]:
    started = Ported()
    yield started
    started.server.shutdown()
    started.server.server_close()


@pytest.fixture
def front(google: Client, ported: Ported) -> Iterator[Front]:
    made = Front(google.plane, ported, KEY)
    yield made
    made.close()


def balanced(google: Client, service: str = "zalo-webhook", host: str = WEBHOOK, **backend: Any) -> None:
    group = f"{P}/regions/asia-southeast1/networkEndpointGroups"
    body = {"name": "site", "networkEndpointType": "SERVERLESS", "cloudRun": {"service": service}}
    google.done("POST", f"compute/compute/v1/{group}", body)
    backends = {"name": "site", "backends": [{"group": f"{group}/site"}], **backend}
    google.done("POST", f"{COMPUTE}/backendServices", backends)
    routes = {
        "name": "site",
        "defaultService": f"{P}/global/backendServices/site",
        "hostRules": [{"hosts": [host], "pathMatcher": "all"}],
        "pathMatchers": [{"name": "all", "defaultService": f"{P}/global/backendServices/site"}],
    }
    google.done("POST", f"{COMPUTE}/urlMaps", routes)
    google.done("POST", f"{COMPUTE}/sslCertificates", {"name": "site", "managed": {"domains": [host]}})
    proxy = {"urlMap": f"{P}/global/urlMaps/site", "sslCertificates": [f"{P}/global/sslCertificates/site"]}
    google.done("POST", f"{COMPUTE}/targetHttpsProxies", proxy | {"name": "site"})
    rule = {"name": "site", "target": f"{P}/global/targetHttpsProxies/site", "portRange": "443-443"}
    google.done("POST", f"{COMPUTE}/forwardingRules", rule)


def built(google: Client, name: str, packed: bytes, **config: Any) -> None:
    account, builder = google.account(f"fn-{name}"), google.account(f"build-{name}")
    body = function(google, account, builder)
    google.plane.handle("POST", "/upload/storage/v1/b/archives/o?uploadType=media&name=a.zip", {}, packed)
    reads = {"role": "roles/secretmanager.secretAccessor", "members": [f"serviceAccount:{account}"]}
    for item in [*config.get("secretVolumes", ()), *config.get("secretEnvironmentVariables", ())]:
        at = f"secretmanager/v1/{P}/secrets/{item['secret']}:setIamPolicy"
        google.done("POST", at, {"policy": {"bindings": [reads]}})
    google.wait(300)
    body["serviceConfig"] |= config
    google.done("POST", FUNCTIONS, body, functionId=name)
    google.wait(300)


def url_of(google: Client, service: str) -> str:
    at = f"run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services/{service}"
    return str(google.done("GET", at)["status"]["url"])


def opened(google: Client, service: str) -> None:
    at = f"run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services/{service}"
    found = google.done("GET", at)
    found["metadata"]["annotations"]["run.googleapis.com/invoker-iam-disabled"] = "true"
    google.done("PUT", at, found)


def invoked_by(google: Client, service: str, member: str) -> None:
    at = f"run/v2/{P}/locations/asia-southeast1/services/{service}:setIamPolicy"
    google.done("POST", at, {"policy": {"bindings": [{"role": "roles/run.invoker", "members": [member]}]}})


def test_the_load_balancer_leads_a_host_to_its_service_and_says_what_is_missing(google: Client) -> None:
    with pytest.raises(NoRouteError, match="the forwarding rule of port 443 is missing"):
        service_of(google.state, WEBHOOK)
    balanced(google)
    assert service_of(google.state, WEBHOOK)[1] == "zalo-webhook"
    with pytest.raises(NoRouteError, match=r"no certificate is for desk\.pakn\.example\.vn"):
        service_of(google.state, DESK)


def test_a_deployed_function_is_started_from_its_archive_and_knows_a_signed_probe(
    google: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    google.secret("zalo-oa-secret-keys", "the-key")
    google.secret("id-key", "0" * 64)
    given = VARIABLES["settings"]
    mount = "/secrets/ZALO_OA_SECRET_KEYS"
    versions = [{"version": "latest", "path": "value"}]
    built(
        google,
        "zalo-webhook",
        package.archive(package.contents("zalo_webhook")),
        environmentVariables={
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "PUBSUB_URL": "https://asia-southeast1-pubsub.googleapis.com",
            "ZALO_APP_ID": given["ZALO_APP_ID"],
            "ZALO_OA_ID": given["ZALO_OA_ID"],
            "ZALO_OA_SECRET_KEYS": f"{mount}/value",
        },
        secretVolumes=[{"mountPath": mount, "secret": "zalo-oa-secret-keys", "versions": versions}],
        secretEnvironmentVariables=[{"key": "ID_KEY", "secret": "id-key", "version": "latest"}],
    )
    balanced(google)
    started = functions.Started(tmp_path, NOWHERE)
    front = Front(google.plane, started, KEY)
    asked: list[httpx.Response] = []

    def post(url: str, sent: bytes, headers: dict[str, str]) -> str:
        asked.append(httpx.post(front.address(url), content=sent, headers=headers, timeout=90))
        return asked[-1].text

    monkeypatch.setattr("infra.operate.webhook_probe.post", post)
    probe = ("https://webhook.pakn.example.vn/", given["ZALO_APP_ID"], given["ZALO_OA_ID"])
    try:
        probe_answer(*probe, "the-key")
        assert asked[-1].status_code == 403, "the check of the caller is still on"
        opened(google, "zalo-webhook")
        assert probe_answer(*probe, "the-key") == "probe"
        assert probe_answer(*probe, "another-key") != "probe"
        value = base64.b64encode(b"another-key").decode()
        google.done(
            "POST", f"secretmanager/v1/{P}/secrets/zalo-oa-secret-keys:addVersion", {"payload": {"data": value}}
        )
        started.port(google.state, "zalo-webhook")
        mounted = next(iter(started.running["zalo-webhook"].mounts))
        assert mounted.read_text() == "another-key", "a mounted secret is its newest version"
    finally:
        started.stop_all()
        front.close()


def answering(words: str, wait: float = 0) -> bytes:
    return zipped(f"import time\ntime.sleep({wait})\ndef main(request):\n    return {words!r}\n")


def zipped(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", code)
    return packed.getvalue()


def released(google: Client, packed: bytes) -> None:
    google.plane.handle("POST", "/upload/storage/v1/b/archives/o?uploadType=media&name=b.zip", {}, packed)
    source = {"buildConfig": {"source": {"storageSource": {"bucket": "archives", "object": "b.zip"}}}}
    google.done("PATCH", f"{FUNCTIONS}/intake", source, updateMask="buildConfig.source")
    google.wait(300)


def test_a_new_revision_takes_over_when_it_is_ready_and_no_request_is_lost(google: Client, tmp_path: Path) -> None:
    built(google, "intake", answering("former"))
    invoked_by(google, "intake", f"serviceAccount:{google.account('caller-push')}")
    google.wait(300)
    started = functions.Started(tmp_path, NOWHERE)
    front = Front(google.plane, started, KEY)
    url = url_of(google, "intake")
    headers = {"Authorization": f"Bearer {front.token(url, CALLER)}"}

    def asked() -> httpx.Response:
        return httpx.post(front.address(f"{url}/push/x"), headers=headers, timeout=90)

    try:
        assert asked().text == "former"
        released(google, answering("latter", wait=1))
        responses = [asked()]
        while responses[-1].text == "former":
            responses.append(asked())
        assert {response.status_code for response in responses} == {200}
        assert len(responses) > 1, "the former revision answers while the next one starts"
        released(google, zipped("raise SystemExit(3)"))
        assert asked().text == "latter"
        with pytest.raises(NoRouteError, match="intake did not start"):
            started.follow(google.state)
        assert asked().text == "latter", "what does not start takes nothing over"
    finally:
        started.stop_all()
        front.close()


def test_cloud_run_lets_in_who_may_invoke_with_a_token_for_it(google: Client, front: Front, ported: Ported) -> None:
    built(google, "intake", b"")
    google.account("caller-push")
    url = url_of(google, "intake")

    def status(audience: str) -> int:
        headers = {"Authorization": f"Bearer {front.token(audience, CALLER)}"}
        return httpx.post(front.address(f"{url}/push/zalo-events-intake"), headers=headers, content=b"{}").status_code

    assert status(url) == 403, "nobody may invoke it yet"
    invoked_by(google, "intake", f"serviceAccount:{CALLER}")
    assert status(url) == 403, "the right is not in force yet"
    google.wait(300)
    assert status(url) == 200
    assert status("https://another.a.run.app") == 401
    assert httpx.post(front.address(f"{url}/push/x")).status_code == 401
    assert httpx.post(front.address("https://nothing-1.a.run.app/")).status_code == 404
    assert [request.path for request in ported.asked] == ["/push/zalo-events-intake"]


def test_the_proxy_signs_for_members_of_the_group_alone_and_the_desk_can_check_it(
    google: Client, front: Front, ported: Ported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's own adapter fetches the keys through the outgoing proxy and accepts only Google's signature."""
    built(google, "desk", b"")
    balanced(google, "desk", DESK, iap={"enabled": True})
    google.done("POST", f"serviceusage/v1beta1/{P}/services/iap.googleapis.com:generateServiceIdentity", {})
    invoked_by(google, "desk", f"serviceAccount:service-{google.state.number}@gcp-sa-iap.iam.gserviceaccount.com")
    at = f"iap/v1/projects/{google.state.number}/iap_web/compute/services/site:setIamPolicy"
    officers = {"role": "roles/iap.httpsResourceAccessor", "members": ["group:officers@example.vn"]}
    google.done("POST", at, {"policy": {"bindings": [officers]}})
    google.wait(300)
    google.state.switches["group-members"] = {"officers@example.vn": {"lan@example.vn"}}
    desk = front.address("https://desk.pakn.example.vn/")
    forged = {PERSON: "an@example.vn", "X-Goog-Iap-Jwt-Assertion": "forged"}
    assert httpx.get(desk, headers=forged).status_code == 403
    assert not ported.asked
    assert httpx.get(desk, headers={PERSON: "lan@example.vn", "X-Goog-Iap-Jwt-Assertion": "forged"}).status_code == 200
    assertion = ported.asked[0].headers["x-goog-iap-jwt-assertion"]
    backend = service_of(google.state, DESK)[0].body["id"]
    outside = Outside(tmp_path, lambda: front.public_keys)
    for name, value in outside.environment().items():
        monkeypatch.setenv(name, value)
    audience = f"/projects/{google.state.number}/global/backendServices/{backend}"
    with httpx.Client() as client:
        assert IapIdentities(audience, client).email(assertion) == "lan@example.vn"
        with pytest.raises(httpx.ProxyError):
            client.get("https://openapi.zalo.me/v3.0/oa/message")
        assert client.get(KEYS_URL.replace("public_key", "other")).status_code == 404
    outside.close()
    assert outside.refused == ["openapi.zalo.me:443"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1", 200),
        ("/api/v1?cursor=/", 200),
        ("/api/v1/", 200),
        ("/api/v1/units", 200),
        ("/api/v1/../petitions", 200),
        ("/api/v10", 403),
        ("/API/v1/units", 403),
        ("//api/v1/units", 403),
        ("/api%2fv1/units", 403),
        ("/?/api/v1/", 403),
        ("/", 403),
    ],
)
def test_a_path_of_a_host_may_lead_past_the_proxy_and_takes_along_what_was_forged(
    google: Client, front: Front, ported: Ported, path: str, status: int
) -> None:
    """The load balancer compares paths unnormalized, whatever the desk makes of them."""
    built(google, "desk", b"")
    balanced(google, "desk", DESK, iap={"enabled": True})
    services = f"{P}/global/backendServices"
    group = f"{P}/regions/asia-southeast1/networkEndpointGroups/site"
    google.done("POST", f"{COMPUTE}/backendServices", {"name": "open", "backends": [{"group": group}]})
    routes = google.done("GET", f"{COMPUTE}/urlMaps/site")
    rules = [{"paths": ["/api/v1", "/api/v1/*"], "service": f"{services}/open"}]
    matchers = [{"name": "all", "defaultService": f"{services}/site", "pathRules": rules}]
    google.done("PUT", f"{COMPUTE}/urlMaps/site", routes | {"pathMatchers": matchers})
    opened(google, "desk")
    link = http.client.HTTPConnection("127.0.0.1", int(front.url.rpartition(":")[2]))
    link.request("GET", f"/{DESK}{path}", headers={"X-Goog-Iap-Jwt-Assertion": "forged"})
    assert link.getresponse().status == status
    link.close()
    forged = [(request.path, request.headers["x-goog-iap-jwt-assertion"]) for request in ported.asked]
    assert forged == ([(path, "forged")] if status == 200 else [])


@pytest.fixture
def pubsub(tmp_path: Path) -> Iterator[PubsubServer]:
    server = PubsubServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_subscriptions_are_made_as_they_were_deployed_and_follow_what_changes(
    google: Client, front: Front, pubsub: PubsubServer
) -> None:
    for topic in ("zalo-events", "dead-letters"):
        policy = {"messageStoragePolicy": {"allowedPersistenceRegions": ["asia-southeast1"]}}
        google.done("PUT", f"{TOPICS}/{topic}", policy)
    google.account("caller-push")
    push = {
        "pushEndpoint": f"{CALLED}/push/zalo-events-intake",
        "oidcToken": {"serviceAccountEmail": CALLER, "audience": CALLED},
    }
    body = {
        "topic": f"{P}/topics/zalo-events",
        "pushConfig": push,
        "ackDeadlineSeconds": 60,
        "messageRetentionDuration": "604800s",
        "enableMessageOrdering": True,
        "filter": 'attributes.kind = "text"',
        "expirationPolicy": {},
        "retryPolicy": {"minimumBackoff": "10s", "maximumBackoff": "600s"},
        "deadLetterPolicy": {"deadLetterTopic": f"{P}/topics/dead-letters", "maxDeliveryAttempts": 100},
    }
    name = f"{P}/subscriptions/zalo-events-intake"
    google.done("PUT", f"pubsub/v1/{name}", body)
    google.done("PUT", f"{SUBSCRIPTIONS}/old", {"topic": f"{P}/topics/zalo-events"})
    messages = Messages(f"127.0.0.1:{pubsub.port}", front.address)
    messages.follow(google.state)
    pushed = push | {"pushEndpoint": f"{front.url}/intake-1a2b.a.run.app/push/zalo-events-intake"}
    shown = messages.shown(name)
    assert {key: shown.get(key) for key in body} == body | {"pushConfig": pushed}
    frozen = {
        "subscription": {"pushConfig": {}, "ackDeadlineSeconds": 30},
        "updateMask": "pushConfig,ackDeadlineSeconds",
    }
    google.done("PATCH", f"pubsub/v1/{name}", frozen)
    google.done("DELETE", f"{SUBSCRIPTIONS}/old")
    messages.follow(google.state)
    shown = messages.shown(name)
    assert (shown.get("pushConfig", {}), shown["ackDeadlineSeconds"]) == ({}, 30)
    assert shown["enableMessageOrdering"]
    with pytest.raises(ValueError, match="NOT_FOUND"):
        messages.shown(f"{P}/subscriptions/old")


def test_a_job_is_run_as_it_was_deployed(google: Client, front: Front, ported: Ported) -> None:
    built(google, "relay", b"")
    caller = google.account("caller-schedule")
    invoked_by(google, "relay", f"serviceAccount:{caller}")
    google.wait(300)
    url = url_of(google, "relay")
    job = {
        "name": f"{P}/locations/asia-southeast1/jobs/relay-sweep",
        "schedule": "* * * * *",
        "timeZone": "Asia/Ho_Chi_Minh",
        "attemptDeadline": "60s",
        "retryConfig": {"retryCount": 1},
        "httpTarget": {
            "httpMethod": "POST",
            "uri": f"{url}/schedule/relay-sweep",
            "body": base64.b64encode(b'{"why": "a test"}').decode(),
            "headers": {"Content-Type": "application/json"},
            "oidcToken": {"serviceAccountEmail": caller, "audience": url},
        },
    }
    google.done("POST", f"cloudscheduler/v1/{P}/locations/asia-southeast1/jobs", job)
    assert jobs.fire_each_minute(google.state, front) == ["relay-sweep"]
    asked = ported.asked[0]
    assert (asked.method, asked.path, json.loads(asked.body)) == ("POST", "/schedule/relay-sweep", {"why": "a test"})
    assert asked.headers["x-cloudscheduler-jobname"] == "relay-sweep"
    assert asked.headers["content-type"] == "application/json"
    ported.status = 503
    with pytest.raises(JobError, match="relay-sweep was answered with 503"):
        jobs.fire(google.state, front, "relay-sweep")
    assert len(ported.asked) == 3, "once more than it was run: one retry is deployed"
    google.done("POST", f"cloudscheduler/v1/{job['name']}:pause", {})
    assert jobs.fire_each_minute(google.state, front) == []
    with pytest.raises(JobError, match="paused"):
        jobs.fire(google.state, front, "relay-sweep")
