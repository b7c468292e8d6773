"""Preflight checks of the project: billing, regions, quotas, names and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra import manifest as declared
from infra.operate.deployment.cloud import number_in
from infra.operate.preflight.facts import NEEDS, Facts, Fault

CPU_METRIC = "run.googleapis.com/cpu_allocation"


def project_faults(facts: Facts) -> Iterator[Fault]:
    """Yield faults of the project itself: its existence, organisation and billing."""
    name, project = facts.place.project, facts.project
    if not project:
        yield Fault(
            f"The project {name} does not exist, or this account may not see it",
            f"gcloud projects create {name} --organization=ORGANISATION; or sign in: gcloud auth login",
        )
        return
    if project.get("lifecycleState") != "ACTIVE":
        yield Fault(f"The project {name} is to be deleted", f"gcloud projects undelete {name}")
    if project.get("parent", {}).get("type") not in {"organization", "folder"}:
        yield Fault(
            "The project belongs to no organisation: Identity-Aware Proxy would admit nobody to the desk",
            f"gcloud beta projects move {name} --organization=ORGANISATION",
        )
    billing = facts.ask("billing", "cloudbilling", f"v1/projects/{name}/billingInfo")
    if billing and billing.ok and not billing.body.get("billingEnabled"):
        yield Fault("Billing is off", f"gcloud billing projects link {name} --billing-account=ACCOUNT")


def budget_faults(facts: Facts) -> Iterator[Fault]:
    """Yield reasons why Terraform could not create the budget on the billing account."""
    account = facts.given("billing_account")
    if not account:
        return
    answer = facts.ask("the billing account", "cloudbilling", f"v1/billingAccounts/{account}")
    if answer is None:
        return
    file = f"infra/gcp/{facts.place.variables.name}"
    if not answer.ok:
        yield Fault(
            f"The billing account {account} cannot be read",
            f"gcloud billing accounts add-iam-policy-binding {account} --member=user:{facts.person} "
            f'--role=roles/billing.costsManager; or billing_account = "" in {file}',
        )
    elif not answer.body.get("open"):
        yield Fault(f"The billing account {account} is closed", "gcloud billing accounts list --filter=open=true")
    elif (currency := answer.body.get("currencyCode", "USD")) != (facts.given("budget_currency") or "USD"):
        yield Fault(
            f"The billing account counts in {currency}, the budget does not",
            f'budget_currency = "{currency}" and budget = AMOUNT, in whole {currency}, in {file}',
        )


def region_faults(facts: Facts) -> Iterator[Fault]:
    """Yield services that the region lacks, and databases that are in another region."""
    region, project = facts.place.region, facts.place.project
    for service, label in NEEDS["regions"].items():
        version = {"cloudfunctions": "v2"}.get(service, "v1")
        answer = facts.ask(f"regions of {label}", service, f"{version}/projects/{project}/locations")
        if answer is None or not answer.ok:
            continue
        there = {item["locationId"] for item in answer.body.get("locations", ())}
        if region not in there:
            near = sorted(item for item in there if item.startswith(region.partition("-")[0])) or sorted(there)
            yield Fault(f"{label} is not in {region}", f'region = "{near[0]}" in {facts.place.variables.name}')
    for name in ("petitions", "channel", "public", "tries"):
        answer = facts.ask("databases", "firestore", f"v1/projects/{project}/databases/{name}")
        if answer is None:
            return
        if answer.ok and answer.body["locationId"] != region:
            yield Fault(
                f"The database {name} is in {answer.body['locationId']}, where it stays",
                f'region = "{answer.body["locationId"]}" in {facts.place.variables.name}, or another project',
            )


def quota_faults(facts: Facts) -> Iterator[Fault]:
    """Yield quotas too small for a deployment's resources, or for Cloud Run's maximum CPU."""
    project = facts.place.project
    answer = facts.ask("quotas of Compute Engine", "compute", f"projects/{project}")
    page = f"https://console.cloud.google.com/iam-admin/quotas?project={project}"
    if answer and answer.ok:
        there = {item["metric"]: item["limit"] - item["usage"] for item in answer.body.get("quotas", ())}
        for metric, need in NEEDS["quotas"].items():
            if there.get(metric, need) < need and not _deployed(facts):
                yield Fault(f"Of {metric} {there[metric]:.0f} are left and {need} are needed", f"ask for more: {page}")
    path = f"v1beta1/projects/{project}/services/run.googleapis.com/consumerQuotaMetrics"
    answer = facts.ask("the quota of Cloud Run's CPU", "serviceusage", path)
    if answer is None or not answer.ok:
        return
    for limit in _cpu_limits(answer.body, facts.place.region):
        yield from _cpu_faults(facts, limit, page)


def _cpu_faults(facts: Facts, limit: float, page: str) -> Iterator[Fault]:
    """Yield a fault if one function's instances may together use more CPU than Cloud Run allows in the region.

    Cloud Run refuses to deploy such a function (googlecodelabs/feedback 1856, firebase-tools 5867).
    """
    most = number_in(facts.place.variables, "max_instances")
    functions = declared.load().functions
    need = max(
        function.cpu * min(function.max_instances, most or function.max_instances) for function in functions.values()
    )
    if limit < need:
        fit = int(limit // max(function.cpu for function in functions.values()))
        yield Fault(
            f"Cloud Run may use {limit:g} vCPU in {facts.place.region}, and a function may use {need:g}",
            f"max_instances = {fit} in {facts.place.variables.name}, until more of {CPU_METRIC} is given: {page}",
        )


def _deployed(facts: Facts) -> bool:
    """Return whether the resources that count against the quotas exist already, so that none are added."""
    path = f"projects/{facts.place.project}/global/addresses/site"
    return facts.google.ask("compute", path).ok


def _cpu_limits(metrics: dict[str, Any], region: str) -> Iterator[float]:
    for metric in metrics.get("metrics", ()):
        if metric.get("metric") != CPU_METRIC:
            continue
        buckets = [item for limit in metric["consumerQuotaLimits"] for item in limit.get("quotaBuckets", ())]
        fit = [bucket for bucket in buckets if bucket.get("dimensions", {}).get("region") == region] or buckets[:1]
        yield from (int(item["effectiveLimit"]) / 1000 for item in fit if int(item["effectiveLimit"]) >= 0)


def bucket_faults(facts: Facts) -> Iterator[Fault]:
    """Yield bucket names that are already taken by another project."""
    for name in ("terraform", "archives", "attachments", "frozen", "logs"):
        bucket = f"{facts.place.project}-{name}"
        answer = facts.ask("buckets", "storage", f"b/{bucket}")
        number = facts.project.get("projectNumber")
        foreign = answer and answer.ok and number and str(answer.body.get("projectNumber")) != str(number)
        if answer and (answer.status == 403 or foreign):  # noqa: PLR2004 - HTTP's own number
            yield Fault(
                f"The bucket {bucket} belongs to somebody else: bucket names are unique worldwide",
                f"another project id: gcloud projects create ANOTHER; project in {facts.place.variables.name}",
            )


def key_faults(facts: Facts) -> Iterator[Fault]:
    """Yield faults of the encryption key that the project's owner provides."""
    key = facts.given("kms_key")
    if not key:
        return
    answer = facts.ask("the key", "cloudkms", f"v1/{key}")
    if answer is None:
        return
    where = key.split("/")[3]
    if where != facts.place.region:
        yield Fault(
            f"The key is in {where}: buckets and databases in {facts.place.region} take one of their own region",
            f"gcloud kms keyrings create petitions --location={facts.place.region} --project={facts.place.project}",
        )
    elif not answer.ok:
        ring, _, name = key.partition("/cryptoKeys/")
        yield Fault(
            f"The key {key} cannot be read",
            f"gcloud kms keys create {name} --keyring={ring} --purpose=encryption --location={where}",
        )
    elif answer.body.get("primary", {}).get("state") != "ENABLED":
        yield Fault(
            f"The key {key} has no version that is enabled", f"gcloud kms keys versions create --key={key} --primary"
        )
