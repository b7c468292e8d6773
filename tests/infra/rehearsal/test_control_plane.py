"""The fake control plane refuses the same requests as Google. Every rule has a source and a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.rehearsal.control_plane import forgotten
from infra.rehearsal.control_plane.rules import RULES
from infra.rehearsal.stub import requests
from tests.infra.rehearsal.conftest import PROJECT, Client

pytestmark = pytest.mark.release

P = f"projects/{PROJECT}"
TOPICS = f"pubsub/v1/{P}/topics"
COMPUTE = f"compute/compute/v1/{P}/global"
DATABASES = f"firestore/v1/{P}/databases"
FUNCTIONS = f"cloudfunctions/v2/{P}/locations/asia-southeast1/functions"
POLICY = {"policy": {"bindings": [{"role": "roles/viewer", "members": ["allUsers"]}]}}


def database(google: Client) -> str:
    google.done(
        "POST",
        DATABASES,
        {
            "type": "FIRESTORE_NATIVE",
            "locationId": "asia-southeast1",
            "deleteProtectionState": "DELETE_PROTECTION_ENABLED",
        },
        databaseId="petitions",
    )
    return f"{DATABASES}/petitions"


def function(google: Client, account: str, builder: str) -> dict[str, Any]:
    """Create the source, repository and rights of a function, and return the request body that creates the function."""
    repositories = f"{P}/locations/asia-southeast1/repositories"
    google.done("POST", f"artifactregistry/v1/{repositories}", {"format": "DOCKER"}, repositoryId="functions")
    bindings = [{"role": "roles/artifactregistry.writer", "members": [f"serviceAccount:{builder}"]}]
    at = f"artifactregistry/v1/{repositories}/functions:setIamPolicy"
    google.done("POST", at, {"policy": {"bindings": bindings}})
    reads = [{"role": "roles/storage.objectViewer", "members": [f"serviceAccount:{builder}"]}]
    google.done("POST", f"cloudresourcemanager/v1/{P}:setIamPolicy", {"policy": {"bindings": reads}})
    google.done("POST", "storage/storage/v1/b", {"name": "archives", "location": "asia-southeast1"}, project=PROJECT)
    google.plane.handle("POST", "/upload/storage/v1/b/archives/o?uploadType=media&name=a.zip", {}, b"zip")
    return {
        "buildConfig": {
            "runtime": "python313",
            "serviceAccount": f"{P}/serviceAccounts/{builder}",
            "dockerRepository": f"{repositories}/functions",
            "source": {"storageSource": {"bucket": "archives", "object": "a.zip"}},
        },
        "serviceConfig": {"serviceAccountEmail": account},
    }


def metric(google: Client) -> str:
    google.done("POST", f"logging/v2/{P}/metrics", {"name": "dead_letter", "filter": "severity=ERROR"})
    threshold = {"filter": 'metric.type = "logging.googleapis.com/user/dead_letter"', "comparison": "COMPARISON_GT"}
    conditions = {"combiner": "OR", "conditions": [{"displayName": "x", "conditionThreshold": threshold}]}
    return google.refused("POST", f"monitoring/v3/{P}/alertPolicies", conditions)


def used_certificate(google: Client) -> str:
    google.done("POST", f"{COMPUTE}/sslCertificates", {"name": "site", "managed": {"domains": ["a.vn"]}})
    google.done("POST", f"{COMPUTE}/backendServices", {"name": "site"})
    google.done("POST", f"{COMPUTE}/urlMaps", {"name": "site", "defaultService": f"{P}/global/backendServices/site"})
    proxy = {"urlMap": f"{P}/global/urlMaps/site", "sslCertificates": [f"{P}/global/sslCertificates/site"]}
    google.done("POST", f"{COMPUTE}/targetHttpsProxies", proxy | {"name": "site"})
    assert "already being used" in google.refused("DELETE", f"{COMPUTE}/backendServices/site")
    return google.refused("DELETE", f"{COMPUTE}/sslCertificates/site")


def used_topic(google: Client) -> str:
    google.done("PUT", f"{TOPICS}/notices", {})
    google.done("PUT", f"{TOPICS}/dead-letters", {})
    moved = {"deadLetterTopic": f"{P}/topics/dead-letters", "maxDeliveryAttempts": 5}
    subscription = {"topic": f"{P}/topics/notices", "deadLetterPolicy": moved}
    google.done("PUT", f"pubsub/v1/{P}/subscriptions/notices", subscription)
    google.done("DELETE", f"{TOPICS}/dead-letters")
    return google.refused("DELETE", f"{TOPICS}/notices")


def late_rights(google: Client) -> str:
    body = function(google, google.account("fn-intake"), google.account("build-intake"))
    begun = google.done("POST", FUNCTIONS, body, functionId="intake")
    google.wait(600)
    return str(google.done("GET", f"cloudfunctions/v2/{begun['name']}")["error"]["message"])


def deleted_role(google: Client) -> str:
    roles = f"iam/v1/{P}/roles"
    body = {"roleId": "objectEraser", "role": {"includedPermissions": ["storage.objects.delete"]}}
    google.done("POST", roles, body)
    google.done("DELETE", f"{roles}/objectEraser")
    return google.refused("POST", roles, body)


def protected(google: Client) -> str:
    return google.refused("DELETE", database(google))


def foreign_bucket(google: Client) -> str:
    google.state.switches["taken-buckets"] = {"petitions-test-logs"}
    return google.refused("POST", "storage/storage/v1/b", {"name": "petitions-test-logs"}, project=PROJECT)


def locked(google: Client) -> str:
    google.done("POST", "storage/storage/v1/b", {"name": "petitions-test-terraform"}, project=PROJECT)
    at = "upload/storage/v1/b/petitions-test-terraform/o"
    google.done("POST", at, None, uploadType="media", name="lock", ifGenerationMatch="0")
    return google.refused("POST", at, None, uploadType="media", name="lock", ifGenerationMatch="0")


def retained(google: Client) -> str:
    body = {"name": "petitions-test-frozen", "retentionPolicy": {"retentionPeriod": "315360000"}}
    google.done("POST", "storage/storage/v1/b", body, project=PROJECT)
    at = "upload/storage/v1/b/petitions-test-frozen/o"
    google.done("POST", at, None, uploadType="media", name="report")
    return google.refused("POST", at, None, uploadType="media", name="report")


def too_many(google: Client) -> str:
    google.state.switches["quotas"] = {"SECURITY_POLICIES": 1}
    google.done("POST", f"{COMPUTE}/securityPolicies", {"name": "one"})
    return google.refused("POST", f"{COMPUTE}/securityPolicies", {"name": "two"})


def elsewhere(google: Client) -> str:
    body = {"type": "FIRESTORE_NATIVE", "locationId": "vietnam-north1"}
    return google.refused("POST", DATABASES, body, databaseId="petitions")


def not_listed(google: Client) -> str:
    google.done("PUT", f"{TOPICS}/notices", {})
    assert google.done("GET", TOPICS) == {}
    google.wait(10)
    return f"400 {google.done('GET', TOPICS)['topics'][0]['name']}"


def building_index(google: Client) -> str:
    fields = [{"fieldPath": "unit", "order": "ASCENDING"}, {"fieldPath": "state", "order": "ASCENDING"}]
    at = f"{database(google)}/collectionGroups/petitions/indexes"
    begun = google.done("POST", at, {"queryScope": "COLLECTION", "fields": fields})
    assert "done" not in begun
    google.wait(10)
    assert google.done("GET", at)["indexes"][0]["state"] == "CREATING"
    google.wait(600)
    assert google.done("GET", f"firestore/v1/{begun['name']}")["done"]
    return f"400 {google.done('GET', at)['indexes'][0]['state']}"


TRIED: dict[str, tuple[Callable[[Client], str], str]] = {
    "all-users-refused": (
        lambda g: g.refused("POST", f"cloudresourcemanager/v1/{P}:setIamPolicy", POLICY),
        "412 One or",
    ),
    "bucket-names-are-global": (foreign_bucket, "409 The requested bucket name is not available"),
    "builds-need-rights": (late_rights, "You must grant Storage Object Viewer"),
    "budget-currency": (
        lambda g: g.refused(
            "POST",
            "billingbudgets/v1/billingAccounts/012345-6789AB-CDEF01/budgets",
            {"amount": {"specifiedAmount": {"currencyCode": "VND", "units": "1"}}},
        ),
        "400 Request contains an invalid argument",
    ),
    "delete-protected": (protected, "412 Database has delete protection"),
    "eventual-lists": (not_listed, "topics/notices"),
    "generations": (locked, "412 At least one of the pre-conditions"),
    "iam-takes-a-while": (late_rights, "You must grant Storage Object Viewer"),
    "in-use": (used_certificate, "is already being used by 'projects/petitions-test/global/targetHttpsProxies/site'"),
    "in-use-here": (used_topic, "is already being used"),
    "locations": (elsewhere, "403 Permission denied on 'locations/vietnam-north1'"),
    "names": (lambda g: g.refused("PUT", f"{TOPICS}/goog-x", {}), "400 Invalid value for field 'resource.name'"),
    "new-log-metric": (metric, "404 Cannot find metric that matches type"),
    "principals-exist": (
        lambda g: g.refused(
            "POST",
            f"cloudresourcemanager/v1/{P}:setIamPolicy",
            {"policy": {"bindings": [{"role": "roles/viewer", "members": ["serviceAccount:nobody@x.com"]}]}},
        ),
        "400 Service account nobody@x.com does not exist",
    ),
    "quotas": (too_many, "403 Quota 'SECURITY_POLICIES' exceeded"),
    "references-exist": (
        lambda g: g.refused("PUT", f"pubsub/v1/{P}/subscriptions/notices", {"topic": f"{P}/topics/nothing"}),
        "404 Resource not found (resource=nothing)",
    ),
    "required": (
        lambda g: g.refused("PUT", f"pubsub/v1/{P}/subscriptions/notices", {}),
        "400 Required field 'topic' not specified",
    ),
    "retention": (retained, "403 Object 'petitions-test-frozen/report' is subject to bucket's retention policy"),
    "role-ids-are-kept": (deleted_role, "400 You can't create a role with role_id (objectEraser)"),
    "schemas": (
        lambda g: g.refused("PUT", f"{TOPICS}/notices", {"colour": 1}),
        "400 Invalid JSON payload received. Unk",
    ),
    "takes-time": (building_index, "READY"),
}


@pytest.mark.parametrize("rule", sorted(TRIED))
def test_a_rule_holds(google: Client, rule: str) -> None:
    trial, words = TRIED[rule]
    assert words in trial(google)


ELSEWHERE = {
    "api-not-enabled": "test_a_service_that_was_not_enabled_answers_403_and_so_for_a_minute_more",
    "immutable": "test_what_is_immutable_stays",
    "restored-anew": "test_a_backup_of_yesterday_is_restored_as_another_database",
}


def test_every_rule_has_a_source_and_is_tried() -> None:
    assert set(TRIED) | set(ELSEWHERE) == set(RULES)
    assert all(name in globals() for name in ELSEWHERE.values())
    assert all(rule["says"] and rule["source"] for rule in RULES.values())


def test_what_a_rule_refused_is_counted(google: Client) -> None:
    metric(google)
    assert google.state.met["new-log-metric"] == 1


def test_a_service_that_was_not_enabled_answers_403_and_so_for_a_minute_more(empty: Client) -> None:
    assert "403 pubsub.googleapis.com has not been used in project" in empty.refused("PUT", f"{TOPICS}/notices", {})
    at = f"serviceusage/v1/{P}/services/pubsub.googleapis.com:enable"
    empty.done("POST", at, {})
    assert "wait a few minutes" in empty.refused("PUT", f"{TOPICS}/notices", {})
    empty.wait(61)
    empty.done("PUT", f"{TOPICS}/notices", {})


def test_what_is_immutable_stays(google: Client) -> None:
    google.secret("id-key", "0123")
    at = f"secretmanager/v1/{P}/secrets/id-key"
    changed = {"replication": {"userManaged": {"replicas": [{"location": "asia-southeast1"}]}}}
    assert "immutable" in google.refused("PATCH", at, changed, updateMask="replication")
    google.done("PATCH", at, {"labels": {"system": "petitions"}}, updateMask="labels")
    assert google.done("GET", at)["labels"] == {"system": "petitions"}


def test_a_log_metric_is_known_after_ten_minutes(google: Client) -> None:
    assert "404" in metric(google)
    google.wait(601)
    threshold = {"filter": 'metric.type = "logging.googleapis.com/user/dead_letter"', "comparison": "COMPARISON_GT"}
    google.done(
        "POST",
        f"monitoring/v3/{P}/alertPolicies",
        {"combiner": "OR", "conditions": [{"displayName": "x", "conditionThreshold": threshold}]},
    )


def test_a_function_is_built_once_its_account_may_and_its_secrets_are_there(google: Client) -> None:
    account, builder = google.account("fn-intake"), google.account("build-intake")
    body = function(google, account, builder)
    google.wait(300)
    body["serviceConfig"]["secretVolumes"] = [{"mountPath": "/secrets/ID_KEY", "secret": "id-key"}]
    begun = google.done("POST", FUNCTIONS, body, functionId="intake")
    google.wait(300)
    failed = google.done("GET", f"cloudfunctions/v2/{begun['name']}")
    assert "Permission denied on secret" in failed["error"]["message"]
    google.secret("id-key", "0123")
    reads = {"role": "roles/secretmanager.secretAccessor", "members": [f"serviceAccount:{account}"]}
    google.done("POST", f"secretmanager/v1/{P}/secrets/id-key:setIamPolicy", {"policy": {"bindings": [reads]}})
    google.wait(300)
    begun = google.done("PATCH", f"{FUNCTIONS}/intake", body)
    assert "done" not in begun
    google.wait(300)
    built = google.done("GET", f"cloudfunctions/v2/{begun['name']}")["response"]
    assert built["state"] == "ACTIVE"
    assert built["serviceConfig"]["uri"].startswith("https://intake-")
    knative = google.done("GET", f"run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services/intake")
    assert knative["status"]["url"] == built["serviceConfig"]["uri"]


def test_where_time_is_hurried_an_operation_takes_until_somebody_asks_for_it(google: Client) -> None:
    google.state.hurried = True
    fields = [{"fieldPath": "unit", "order": "ASCENDING"}, {"fieldPath": "state", "order": "ASCENDING"}]
    at = f"{database(google)}/collectionGroups/petitions/indexes"
    begun = google.done("POST", at, {"queryScope": "COLLECTION", "fields": fields})
    assert "done" not in begun
    google.wait(10)
    assert google.done("GET", at)["indexes"][0]["state"] == "CREATING"
    assert google.done("GET", f"firestore/v1/{begun['name']}")["done"]
    assert google.done("GET", at)["indexes"][0]["state"] == "READY"


class Documents:
    def __init__(self, **of: bytes) -> None:
        self.of = of

    def taken(self, database: str) -> bytes:
        return self.of[database]

    def put(self, database: str, taken: bytes) -> None:
        self.of[database] = taken


def test_a_backup_of_yesterday_is_restored_as_another_database(google: Client) -> None:
    documents = google.state.switches["documents"] = Documents(petitions=b"of yesterday")
    at = database(google)
    fields = [{"fieldPath": "unit", "order": "ASCENDING"}, {"fieldPath": "state", "order": "ASCENDING"}]
    google.done("POST", f"{at}/collectionGroups/petitions/indexes", {"queryScope": "COLLECTION", "fields": fields})
    google.done("PATCH", f"{at}/collectionGroups/inbox/fields/expires_at", {"ttlConfig": {}, "indexConfig": {}})
    google.done("POST", f"{at}/backupSchedules", {"retention": "1209600s", "dailyRecurrence": {}})
    backups = f"firestore/v1/{P}/locations/asia-southeast1/backups"
    assert google.done("GET", backups) == {}
    google.wait(24 * 3600)
    (backup,) = google.done("GET", backups)["backups"]
    documents.of["petitions"] = b"of today"

    asked = {"backup": backup["name"], "databaseId": "petitions"}
    assert "409" in google.refused("POST", f"{DATABASES}:restore", asked)
    asked["databaseId"] = "petitions-restored"
    assert "404" in google.refused("POST", f"{DATABASES}:restore", asked | {"backup": f"{backup['name']}0"})
    begun = google.done("POST", f"{DATABASES}:restore", asked)
    google.wait(60)
    operations = f"{at}-restored/operations"
    assert "done" not in google.done("GET", operations)["operations"][0]
    assert "petitions-restored" not in documents.of, "it cannot be read before it is there"
    google.wait(900)
    assert google.done("GET", operations)["operations"][0]["name"] == begun["name"]
    assert documents.of["petitions-restored"] == b"of yesterday"
    made = google.done("GET", f"{at}-restored")
    assert made["deleteProtectionState"] == "DELETE_PROTECTION_DISABLED"
    assert made["locationId"] == "asia-southeast1"
    (index,) = google.done("GET", f"{at}-restored/collectionGroups/-/indexes")["indexes"]
    assert index["fields"] == fields
    assert google.done("GET", f"{at}-restored/backupSchedules") == {}
    field = google.done("GET", f"{at}-restored/collectionGroups/inbox/fields/expires_at")
    assert "ttlConfig" not in field


def test_two_who_change_a_policy_at_once_are_told(google: Client) -> None:
    at = f"cloudresourcemanager/v1/{P}"
    read = google.done("POST", f"{at}:getIamPolicy", {})
    mine = read | {"bindings": [{"role": "roles/viewer", "members": ["user:a@example.vn"]}]}
    google.done("POST", f"{at}:setIamPolicy", {"policy": mine})
    assert "concurrent policy changes" in google.refused("POST", f"{at}:setIamPolicy", {"policy": mine})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"messageRetentionDuration": "a week"}, "Illegal duration format"),
        ({"messageRetentionDuration": 7}, "TYPE_STRING"),
        ({"state": "RUNNING"}, "TYPE_ENUM"),
        ({"labels": ["a"]}, "OBJECT"),
        ({"labels": {"a": 1}}, "TYPE_STRING"),
        ({"messageStoragePolicy": {"enforceInTransit": "yes"}}, "BOOLEAN"),
    ],
)
def test_values_of_a_wrong_kind_are_refused(google: Client, body: dict[str, Any], words: str) -> None:
    assert words in google.refused("PUT", f"{TOPICS}/notices", body)


def test_an_unknown_parameter_and_an_unknown_method_are_refused(google: Client) -> None:
    assert "Cannot bind query parameter" in google.refused("PUT", f"{TOPICS}/notices", {}, colour="red")
    assert "has no method" in google.refused("POST", f"pubsub/v1/{P}/queues", {})


def test_compute_takes_null_where_it_knows_no_property_and_others_do_not(google: Client) -> None:
    """The provider 6.50 sends `serverTlsPolicy: null` whenever the certificates of a proxy change."""
    used_certificate(google)
    at = f"{COMPUTE.removesuffix('/global')}/targetHttpsProxies/site/setSslCertificates"
    body: dict[str, Any] = {"serverTlsPolicy": None}
    google.done("POST", f"{COMPUTE}/sslCertificates", {"name": "other", "managed": {"domains": ["b.vn"]}})
    body["sslCertificates"] = [f"{P}/global/sslCertificates/other"]
    begun = google.done("POST", at, body)
    assert google.done("GET", f"{COMPUTE}/operations/{begun['name']}")["status"] == "RUNNING"
    assert google.done("GET", f"{COMPUTE}/targetHttpsProxies/site")["sslCertificates"] == body["sslCertificates"]
    google.done("DELETE", f"{COMPUTE}/sslCertificates/site")
    assert "Cannot find field" in google.refused("POST", at, body | {"serverTlsPolicy": "x"})
    assert "Cannot find field" in google.refused("PUT", f"{TOPICS}/notices", {"colour": None})


def test_a_topic_is_changed_by_the_mask_in_the_address(google: Client) -> None:
    google.done("PUT", f"{TOPICS}/notices", {"labels": {"of": "one"}})
    body = {"topic": {"labels": {"of": "two"}, "messageRetentionDuration": "600s"}}
    changed = google.done("PATCH", f"{TOPICS}/notices", body, updateMask="labels")
    assert (changed["labels"], "messageRetentionDuration" in changed) == ({"of": "two"}, False)


def test_what_a_service_sets_below_a_property_is_told(google: Client) -> None:
    """The provider 6.50 crashes without response headers, and plans a change for ever without the state."""
    job = {
        "name": f"{P}/locations/asia-southeast1/jobs/sweep",
        "schedule": "* * * * *",
        "httpTarget": {"uri": "https://x"},
    }
    made = google.done("POST", f"cloudscheduler/v1/{P}/locations/asia-southeast1/jobs", job)
    assert made["httpTarget"]["headers"] == {"User-Agent": "Google-Cloud-Scheduler"}
    assert made["retryConfig"]["maxDoublings"] == 5
    at = f"{database(google)}/collectionGroups/inbox/fields/expires_at"
    google.done("PATCH", at, {"ttlConfig": {}}, updateMask="ttlConfig")
    assert google.done("GET", at)["ttlConfig"] == {"state": "ACTIVE"}


def test_a_parameter_is_known_by_both_of_its_names(google: Client) -> None:
    at = f"artifactregistry/v1/{P}/locations/asia-southeast1/repositories"
    google.done("POST", at, {"format": "DOCKER"}, repository_id="functions")
    assert google.done("GET", f"{at}/functions")["format"] == "DOCKER"


def test_google_forgets_zeros_and_empties_and_fills_in_what_was_not_given(google: Client) -> None:
    """A dashboard with zeros and empty values would be changed by every plan of the real provider."""
    query = {"timeSeriesFilter": {"filter": "x", "aggregation": {"groupByFields": []}}}
    tile = {"xPos": 0, "yPos": 4, "width": 4, "widget": {"xyChart": {"dataSets": [{"timeSeriesQuery": query}]}}}
    at = f"monitoring/v1/projects/{PROJECT}/dashboards"
    made = google.done("POST", at, {"displayName": "D", "mosaicLayout": {"columns": 12, "tiles": [tile]}})
    (shown,) = google.done("GET", f"monitoring/v1/{made['name']}")["mosaicLayout"]["tiles"]
    assert "xPos" not in shown
    assert shown["yPos"] == 4
    (data,) = shown["widget"]["xyChart"]["dataSets"]
    assert data["targetAxis"] == "Y1"
    assert data["timeSeriesQuery"]["timeSeriesFilter"]["aggregation"] == {}


def test_each_thing_that_is_forgotten_has_a_source_and_a_way() -> None:
    for collection, rows in forgotten.ROWS.items():
        for row in rows:
            assert row["source"], (collection, row)
            assert len(row.keys() & {"forgets", "beside", "order", "casing"}) == 1, (collection, row)


def test_the_real_provider_s_way_to_compare_json_finds_what_google_forgot() -> None:
    """Properties added by Google are no difference to the stub, properties left out by Google are."""
    state = {"dashboard_json": '{"a": {"xPos": 0, "width": 4}}'}
    answer = {"name": "n", "etag": "e", "a": {"width": 4, "legend": "OFF"}}
    after = requests.refreshed("google_monitoring_dashboard", state, answer)
    assert json.loads(after["dashboard_json"]) == {"a": {"width": 4}}
    assert requests.refreshed("google_monitoring_dashboard", {"dashboard_json": '{"a": {"width": 4}}'}, answer) == {
        "dashboard_json": '{"a": {"width": 4}}'
    }


def test_the_parts_of_a_fixed_address_for_outgoing_calls_are_made(google: Client) -> None:
    """The requests are the real provider's (infra/gcp/egress.tf). A property of a NAT is in no Google document."""
    region = f"compute/compute/v1/{P}/regions/asia-southeast1"
    google.done("POST", f"{COMPUTE}/networks", {"name": "egress", "autoCreateSubnetworks": False})
    network = f"{P}/global/networks/egress"
    google.done("POST", f"{region}/subnetworks", {"name": "egress", "network": network, "ipCidrRange": "10.8.0.0/28"})
    google.done("POST", f"{region}/addresses", {"name": "egress"})
    fingerprint = google.done("GET", f"{region}/addresses/egress")["labelFingerprint"]
    google.done("POST", f"{region}/addresses/egress/setLabels", {"labels": {"a": "b"}, "labelFingerprint": fingerprint})
    assert google.done("GET", f"{region}/addresses/egress")["labels"] == {"a": "b"}
    google.done("POST", f"{region}/routers", {"name": "egress", "network": network})
    nat = {"name": "egress", "natIpAllocateOption": "MANUAL_ONLY", "initialNatIps": []}
    google.done("PATCH", f"{region}/routers/egress", {"nats": [nat]})
    assert [nat["name"] for nat in google.done("GET", f"{region}/routers/egress")["nats"]] == ["egress"]
    connectors = f"vpcaccess/v1/{P}/locations/asia-southeast1/connectors"
    google.done("POST", connectors, {"subnet": {"name": "egress"}, "machineType": "e2-micro"}, connectorId="egress")
    assert google.done("GET", f"{connectors}/egress")["state"] == "CREATING"
    google.wait(180)
    assert google.done("GET", f"{connectors}/egress")["state"] == "READY"


def test_the_link_of_an_object_leads_to_its_content(google: Client) -> None:
    """`gcloud storage cat` follows the link."""
    google.done("POST", "storage/storage/v1/b", {"name": "state"}, project=PROJECT)
    google.plane.handle("POST", "/upload/storage/v1/b/state/o?uploadType=media&name=a/lock", {}, b"locked")
    link = google.done("GET", "storage/storage/v1/b/state/o/a%2Flock")["mediaLink"]
    assert google.plane.handle("GET", link.removeprefix("https://storage.googleapis.com"), {}, b"").body == b"locked"
