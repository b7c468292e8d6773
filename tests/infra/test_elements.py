"""Properties of the planned resources: rights, public entrances, retention and logs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import manifest as declared
from infra.local.runner import provision
from infra.local.runner.provision_request import ProvisionRequest
from infra.paths import GCP
from infra.rehearsal.stub import schema
from petitions.domain.officers.service_account import USUAL_A_MINUTE
from petitions.usecases.zalo.zalo_consent import CALLBACK
from tests.infra.conftest import VARIABLES, Engine
from tests.infra.inventory import MANIFEST, PUBLIC, by_name, of_type, resources

pytestmark = pytest.mark.release

PROJECT = VARIABLES["project"]
DAY = 24 * 3600
KEY = "projects/p/locations/asia-southeast1/keyRings/petitions/cryptoKeys/data"


def test_dead_letters_are_held_beside_the_function_that_keeps_them(plan: dict[str, Any]) -> None:
    holding = by_name(plan, "google_pubsub_subscription")["dead-letters-holding"]
    assert holding["message_retention_duration"] == f"{7 * DAY}s"
    assert [policy["ttl"] for policy in holding["expiration_policy"]] == [""]


@pytest.mark.parametrize("name", sorted(MANIFEST.subscriptions))
def test_what_terraform_sets_is_what_the_local_emulator_is_given(plan: dict[str, Any], name: str) -> None:
    request = ProvisionRequest(
        manifest=declared.MANIFEST,
        project=PROJECT,
        gates={function: f"https://{function}" for function in MANIFEST.functions},
        petitions_database=None,
        channel_database=None,
        push_secret=None,
        frozen=False,
        forget_tokens=False,
    )
    local: Any = provision._subscription(name, MANIFEST.subscriptions[name], request)
    cloud = by_name(plan, "google_pubsub_subscription")[name]
    assert cloud["ack_deadline_seconds"] == local["ack_deadline_seconds"]
    assert cloud["enable_message_ordering"] == local["enable_message_ordering"]
    assert cloud["message_retention_duration"] == f"{local['message_retention_duration'].seconds}s"
    (retry,) = cloud["retry_policy"]
    for bound in ("minimum_backoff", "maximum_backoff"):
        assert retry[bound] == f"{local['retry_policy'][bound].seconds}s"
    dead = local.get("dead_letter_policy")
    assert [(item["dead_letter_topic"], item["max_delivery_attempts"]) for item in cloud["dead_letter_policy"]] == (
        [(dead["dead_letter_topic"], dead["max_delivery_attempts"])] if dead else []
    )
    assert bool(cloud["push_config"]) == bool(local["push_config"])


def test_each_function_has_an_account_of_its_own_and_one_for_its_build(plan: dict[str, Any]) -> None:
    accounts = {item["account_id"] for item in of_type(plan, "google_service_account")}
    own = {f"{kind}-{name.replace('_', '-')}" for name in MANIFEST.functions for kind in ("fn", "build")}
    assert accounts == own | {"caller-push", "caller-schedule"}
    assert all(len(account) <= 30 for account in accounts)


def test_databases_are_backed_up_daily_and_weekly(plan: dict[str, Any]) -> None:
    found = sorted(
        (item["database"], "daily" if item["daily_recurrence"] else "weekly", item["retention"])
        for item in of_type(plan, "google_firestore_backup_schedule")
    )
    kinds = [("daily", f"{14 * DAY}s"), ("weekly", f"{98 * DAY}s")]
    assert found == [(name, *kind) for name in ("channel", "petitions", "public", "tries") for kind in kinds]


def test_time_to_live_and_exemptions_are_those_of_the_file(plan: dict[str, Any]) -> None:
    overrides = json.loads((GCP / "firestore.indexes.json").read_text())["fieldOverrides"]
    planned = {
        (item["collection"], item["field"]): bool(item["ttl_config"])
        for item in of_type(plan, "google_firestore_field")
    }
    assert planned == {
        (override["collectionGroup"], override["fieldPath"]): bool(override.get("ttl")) for override in overrides
    }
    assert any(planned.values())


def test_buckets_are_closed_kept_and_versioned(plan: dict[str, Any]) -> None:
    for name, bucket in by_name(plan, "google_storage_bucket").items():
        assert bucket["uniform_bucket_level_access"] is True
        assert bucket["public_access_prevention"] == "enforced"
        assert bucket["force_destroy"] is False
        kept = [item["retention_period"] for item in bucket["retention_policy"]]
        days = {"logs": [365], "frozen": [3650]}.get(name.rpartition("-")[2], [])
        assert kept == [day * DAY for day in days]
        assert bucket["versioning"][0]["enabled"] is not bool(days)
        assert bucket["encryption"] == []


def test_with_a_key_of_the_owners_buckets_and_images_are_encrypted_by_it(engine: Engine) -> None:
    plan = engine.plan(kms_key=KEY)
    keys = {item["encryption"][0]["default_kms_key_name"] for item in of_type(plan, "google_storage_bucket")}
    (images,) = of_type(plan, "google_artifact_registry_repository")
    assert keys | {images["kms_key_name"]} == {KEY}
    databases = {item["cmek_config"][0]["kms_key_name"] for item in of_type(plan, "google_firestore_database")}
    assert databases == {KEY}
    users = {
        resource["index"] for resource in resources(plan) if resource["type"] == "google_kms_crypto_key_iam_member"
    }
    # Services that store data must be allowed to use the key.
    assert users == {"gs-project-accounts", "gcp-sa-artifactregistry", "gcp-sa-firestore"}
    services = {item["service"] for item in of_type(plan, "google_project_service")}
    assert "cloudkms.googleapis.com" in services


def test_an_erased_file_is_gone_for_good_within_the_laws_days(plan: dict[str, Any]) -> None:
    """Old versions and soft deletion add up, after a day to erase and a day until Google's rule runs (LAW 5.2)."""
    bucket = by_name(plan, "google_storage_bucket")[f"{PROJECT}-attachments"]
    erased, *short = (rule["condition"][0] for rule in bucket["lifecycle_rule"])
    (soft,) = bucket["soft_delete_policy"]
    assert [(item["age"], item["matches_prefix"]) for item in short] == [(2, ["uploads/"]), (2, ["exports/"])]
    kept = erased["days_since_noncurrent_time"] + soft["retention_duration_seconds"] // DAY
    assert kept == 7
    assert 1 + kept + 1 <= 15


def test_the_portal_is_called_from_one_address_where_that_is_asked_for(plan: dict[str, Any], engine: Engine) -> None:
    """The portal may admit only one address. Calls of other functions do not use it."""
    assert of_type(plan, "google_compute_router_nat") == of_type(plan, "google_compute_address") == []
    asked = engine.plan(fixed_egress=True)
    (nat,) = of_type(asked, "google_compute_router_nat")
    assert (nat["nat_ip_allocate_option"], len(of_type(asked, "google_compute_address"))) == ("MANUAL_ONLY", 1)
    through = {
        name: item["service_config"][0].get("vpc_connector_egress_settings")
        for name, item in by_name(asked, "google_cloudfunctions2_function").items()
    }
    assert {name for name, how in through.items() if how == "ALL_TRAFFIC"} == {"portal-sync"}
    assert "vpcaccess.googleapis.com" in {item["service"] for item in of_type(asked, "google_project_service")}


def test_whoever_comes_by_port_80_is_sent_to_https(plan: dict[str, Any]) -> None:
    rules = by_name(plan, "google_compute_global_forwarding_rule")
    assert {rule["port_range"] for rule in rules.values()} == {"80", "443"}
    (redirect,) = by_name(plan, "google_compute_url_map")["site-redirect"]["default_url_redirect"]
    assert (redirect["https_redirect"], redirect["strip_query"]) == (True, False)


def test_everything_is_labelled_with_its_system(plan: dict[str, Any]) -> None:
    labels = plan["configuration"]["provider_config"]["google"]["expressions"]["default_labels"]
    assert "var.domain" in labels["references"]


def test_the_doors_are_four_hosts_with_certificates_and_a_flood_gate_each(plan: dict[str, Any]) -> None:
    domain = VARIABLES["domain"]
    hosts = {f"{name}.{domain}" for name in ("webhook", "desk", "www", "phieu")}
    certified = {item["managed"][0]["domains"][0] for item in of_type(plan, "google_compute_managed_ssl_certificate")}
    routes = by_name(plan, "google_compute_url_map")["site"]
    assert certified == hosts == {rule["hosts"][0] for rule in routes["host_rule"]}
    gates = by_name(plan, "google_compute_security_policy")
    slowed = {
        name: rule["rate_limit_options"][0]["rate_limit_threshold"][0]["count"]
        for name, item in gates.items()
        for rule in item["rule"]
        if rule["action"] == "throttle"
    }
    own = {f"site-{name.replace('_', '-')}": 300 for name in PUBLIC}
    assert slowed == own | {"site-zalo-webhook": 6000, "site-desk-api": 10 * USUAL_A_MINUTE}
    (officers,) = of_type(plan, "google_iap_web_backend_service_iam_member")
    assert (officers["role"], officers["member"]) == (
        "roles/iap.httpsResourceAccessor",
        f"group:{VARIABLES['officers_group']}",
    )
    watched = {
        item["monitored_resource"][0]["labels"]["host"]
        for item in of_type(plan, "google_monitoring_uptime_check_config")
    }
    assert watched == hosts - {f"desk.{domain}"}


def test_other_systems_alone_have_a_way_past_the_proxy_to_the_desk(plan: dict[str, Any]) -> None:
    routes = by_name(plan, "google_compute_url_map")["site"]
    ruled = {route["name"]: route["path_rule"] for route in routes["path_matcher"] if route["path_rule"]}
    assert {name: [rule["paths"] for rule in rules] for name, rules in ruled.items()} == {
        "desk": [["/api/v1", "/api/v1/*"]]
    }
    backends = by_name(plan, "google_compute_backend_service")
    assert backends["site-desk-api"]["iap"] == []
    assert backends["site-desk"]["iap"][0]["enabled"] is True


def test_the_address_of_a_citizens_page_is_in_no_log(plan: dict[str, Any]) -> None:
    """The address alone opens the page, so neither the load balancer nor Cloud Run may log it."""
    backends = by_name(plan, "google_compute_backend_service")
    assert [name for name, item in backends.items() if not item["log_config"][0]["enable"]] == ["site-citizen-page"]
    exclusion = by_name(plan, "google_logging_project_exclusion")["requests-of-citizen-page"]
    assert 'service_name = "citizen-page"' in exclusion["filter"]
    assert exclusion["filter"].endswith(f'"projects/{PROJECT}/logs/run.googleapis.com%2Frequests"')
    (sink,) = of_type(plan, "google_logging_project_sink")
    assert exclusion["filter"] in [item["filter"] for item in sink["exclusions"]]


def test_what_was_searched_on_the_public_site_is_in_no_log(plan: dict[str, Any]) -> None:
    exclusion = by_name(plan, "google_logging_project_exclusion")["searches-of-public-site"]
    assert exclusion["filter"] == 'httpRequest.requestUrl =~ "[?&](q|code)="'
    (sink,) = of_type(plan, "google_logging_project_sink")
    assert exclusion["filter"] in [item["filter"] for item in sink["exclusions"]]


def test_logs_go_where_they_are_kept_for_a_year_and_reads_of_data_are_among_them(plan: dict[str, Any]) -> None:
    (sink,) = of_type(plan, "google_logging_project_sink")
    assert sink["destination"] == f"storage.googleapis.com/{PROJECT}-logs"
    assert "cloud_run_revision" in sink["filter"]
    assert "cloudaudit.googleapis.com" in sink["filter"]
    audited = {
        kind["log_type"]
        for item in of_type(plan, "google_project_iam_audit_config")
        for kind in item["audit_log_config"]
    }
    assert "DATA_READ" in audited


def test_the_budget_warns_at_half_ninety_percent_and_all(plan: dict[str, Any], engine: Engine) -> None:
    (budget,) = of_type(plan, "google_billing_budget")
    assert [rule["threshold_percent"] for rule in budget["threshold_rules"]] == [0.5, 0.9, 1.0]
    assert of_type(engine.plan(billing_account=""), "google_billing_budget") == []
    (dong,) = of_type(engine.plan(budget=2_000_000, budget_currency="VND"), "google_billing_budget")
    assert dong["amount"][0]["specified_amount"][0] == {"currency_code": "VND", "nanos": None, "units": "2000000"}


def test_one_function_is_kept_warm_and_a_test_project_may_do_without(plan: dict[str, Any], engine: Engine) -> None:
    def warm(of: dict[str, Any]) -> list[str]:
        functions = by_name(of, "google_cloudfunctions2_function")
        return [name for name, item in functions.items() if item["service_config"][0]["min_instance_count"]]

    assert warm(plan) == ["zalo-webhook"]
    assert warm(engine.plan(warm=False)) == []


def test_outputs_say_what_the_runbooks_next_steps_need(plan: dict[str, Any]) -> None:
    domain, outputs = VARIABLES["domain"], plan["planned_values"]["outputs"]
    assert outputs["webhook_url"]["value"] == f"https://webhook.{domain}/"
    assert outputs["callback_url"]["value"] == f"https://desk.{domain}{CALLBACK}"
    assert outputs["citizen_url"]["value"] == f"https://phieu.{domain}"
    text = (GCP / "outputs.tf").read_text()
    assert text.count("description") == text.count('output "')


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_examples_are_plans_once_the_owner_has_decided(engine: Engine, tmp_path: Path, environment: str) -> None:
    engine = engine.copy(tmp_path / "copy")
    text = (GCP / f"{environment}.tfvars.example").read_text()
    if environment == "prod":
        assert 'data_location   = ""' in text
        text = re.sub(r'(PRIVACY_\w+|PETITIONS_KEPT_YEARS)( +)= ""', r'\1\2= "10"', text)
    text = text.replace('data_location   = ""', 'data_location   = "accepted-outside-vietnam"')
    text = text.replace('ZALO_VERIFICATION = ""', 'ZALO_VERIFICATION = "x"')
    (engine.folder / "example.tfvars").write_text(text)
    (engine.folder / "test.auto.tfvars.json").write_text(json.dumps({"archives": engine.archives()}))
    done = engine.run("plan", "-no-color", "-input=false", "-var-file=example.tfvars")
    assert done.returncode == 0, done.stdout + done.stderr


def _variables() -> Iterator[tuple[str, str]]:
    for path in (GCP / "variables.tf", *sorted(GCP.glob("modules/*/variables.tf"))):
        for block in path.read_text().split('variable "')[1:]:
            yield f"{path.parent.name}.{block.split(chr(34), 1)[0]}", block


@pytest.mark.parametrize(
    ("name", "block"), list(_variables()), ids=lambda variable: variable if "{" not in variable else ""
)
def test_every_variable_says_what_it_is_and_refuses_what_it_cannot_be(name: str, block: str) -> None:
    assert "  description = " in block
    assert "  type " in block
    # The type bool is validation enough.
    assert "  validation {" in block or "  type        = bool" in block, name


@pytest.mark.parametrize("module", sorted(path.name for path in (GCP / "modules").iterdir()))
def test_a_module_says_what_it_takes_and_gives(module: str) -> None:
    folder = GCP / "modules" / module
    readme = (folder / "README.md").read_text()
    for file, kind in (("variables.tf", "variable"), ("outputs.tf", "output")):
        text = (folder / file).read_text()
        described = re.findall(rf'^{kind} "(\w+)" \{{\n  description = "(.*)"$', text, re.MULTILINE)
        assert len(described) == text.count(f'{kind} "')
        for name, words in described:
            assert re.search(rf"^\| `{name}` \|.* {re.escape(words)} \|$", readme, re.MULTILINE), name


def test_the_locked_provider_is_the_one_whose_schema_is_known_and_the_next_one_may_follow() -> None:
    lock = (GCP / ".terraform.lock.hcl").read_text()
    version, following = schema.load().version, schema.load(following=True).version
    assert f'version     = "{version}"' in lock
    low, high = version.rpartition(".")[0], int(following.partition(".")[0]) + 1
    assert all(f'version = ">= {low}, < {high}"' in path.read_text() for path in GCP.rglob("versions.tf"))
    assert f'constraints = ">= {low}.0, < {high}.0.0"' in lock
    # The checksums of HashiCorp's release, which independent lock files confirm.
    assert len(re.findall(r'"zh:[0-9a-f]{64}"', lock)) == 12


def test_it_is_valid_for_the_next_major_version_of_the_provider_too(
    engine: Engine, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_PROVIDER", "following")
    following = engine.plan(kms_key=KEY, fixed_egress=True)
    kept = [item["retention_policy"] for item in of_type(following, "google_storage_bucket")]
    assert [{"is_locked": False, "retention_period": f"{3650 * DAY}"}] in kept, "it is a text there"
    assert {resource["address"] for resource in resources(plan)} < {
        resource["address"] for resource in resources(following)
    }


def test_nothing_is_named_by_chance() -> None:
    text = "\n".join(path.read_text() for path in GCP.rglob("*.tf"))
    assert [word for word in ("random_", "uuid()", "timestamp()", "bcrypt") if word in text] == []
