"""Google services with behaviour of their own: versions of secrets, builds of functions, runs of schedules."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from infra.rehearsal.control_plane import buckets, generic, operations, policies
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import State, Stored, stamp


def _add_version(call: Call) -> dict[str, Any]:
    secret, state = generic.found(call), call.state
    number = 1 + sum(key.startswith(f"{call.key}/versions/") for key in state.resources)
    name, now = f"{secret.name}/versions/{number}", state.clock.now()
    checked = "dataCrc32c" in call.body.get("payload", {})
    body: dict[str, Any] = {"name": name, "createTime": stamp(now), "state": "ENABLED", "etag": f'"{number}"'}
    body |= {"clientSpecifiedPayloadChecksum": True} if checked else {}
    stored = Stored(name, "secretmanager.projects.secrets.versions", body, now - generic.LIST_SECONDS, now)
    state.resources[state.key("secretmanager", name)] = stored
    values: dict[str, str] = state.switches.setdefault("secret-values", {})
    values[name] = call.body.get("payload", {}).get("data", "")
    return body


def version(state: State, name: str) -> Stored:
    """Return a version of a secret by its name, in which `latest` stands for the newest.

    Raises RefusedError if there is no such version or it is not enabled.
    """
    if name.endswith("/latest"):
        prefix = f"{state.key('secretmanager', name).removesuffix('latest')}"
        numbers = [int(key.rpartition("/")[2]) for key in state.resources if key.startswith(prefix)]
        name = name.removesuffix("latest") + str(max(numbers, default=0))
    stored = state.get("secretmanager", name)
    if stored is None or stored.body["state"] != "ENABLED":
        raise RefusedError(404, f"Secret Version [{name}] not found.", status="NOT_FOUND")
    return stored


def secret_value(state: State, name: str) -> str:
    return base64.b64decode(state.switches["secret-values"][version(state, name).name]).decode()


def _access(call: Call) -> dict[str, Any]:
    stored = version(call.state, call.target)
    data = call.state.switches["secret-values"][stored.name]
    checksum = str(buckets.crc32c(base64.b64decode(data)))
    return {"name": stored.name, "payload": {"data": data, "dataCrc32c": checksum}}


def _set_state(call: Call) -> dict[str, Any]:
    stored = generic.found(call)
    after = {"enable": "ENABLED", "disable": "DISABLED", "destroy": "DESTROYED"}[call.method.verb]
    stored.body = stored.body | {"state": after}
    return stored.body


def _build(call: Call) -> dict[str, Any]:
    making = call.method.verb == "create"
    answer = generic.make(call) if making else generic.change(call)
    operation = call.state.operations[f"cloudfunctions/{answer['name']}"]
    name = operation.target if not making else f"{call.target}/{call.query['functionId']}"
    stored = call.state.resources[call.state.key("cloudfunctions", name)]
    failure = build_failure(call.state, name, stored.body)
    if failure:
        operation.failure = failure
        stored.body = stored.body | {"state": "FAILED"}
        return operations.shown(call, operation)
    deployed(call.state, name, stored)
    operation.answer = {"@type": "type.googleapis.com/google.cloud.functions.v2.Function", **stored.body}
    return operations.shown(call, operation)


def build_failure(state: State, name: str, body: dict[str, Any]) -> str:
    """Return the error message if building or deploying this function would fail, else ""."""
    build, config = body["buildConfig"], body["serviceConfig"]
    identity = name.rpartition("/")[2]
    source = build["source"]["storageSource"]
    if (source["bucket"], source["object"]) not in buckets.objects(state).live:
        return f"Source object gs://{source['bucket']}/{source['object']} not found."
    project = f"cloudresourcemanager/projects/{state.project}"
    builder = f"serviceAccount:{build.get('serviceAccount', '').rpartition('/')[2]}"
    staged = f"gcf-v2-sources-{state.number}-{state.region}"
    if not policies.in_force(
        state, project, "roles/storage.objectViewer", builder, f"projects/_/buckets/{staged}/objects/{identity}/"
    ):
        state.met["builds-need-rights"] += 1
        return (
            f"Build failed with status: FAILURE and message: failed to Fetch: Access to bucket {staged} denied. You "
            f"must grant Storage Object Viewer permission to {builder.removeprefix('serviceAccount:')}."
        )
    repository = state.key("artifactregistry", build["dockerRepository"])
    if not policies.in_force(state, repository, "roles/artifactregistry.writer", builder):
        state.met["builds-need-rights"] += 1
        return (
            f'Build failed: DENIED: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource '
            f'"{build["dockerRepository"]}" (or it may not exist)'
        )
    account = f"serviceAccount:{config['serviceAccountEmail']}"
    secrets = [*config.get("secretEnvironmentVariables", ()), *config.get("secretVolumes", ())]
    for item in secrets:
        secret = f"projects/{state.project}/secrets/{item['secret']}"
        key = state.key("secretmanager", secret)
        if not policies.in_force(state, key, "roles/secretmanager.secretAccessor", account):
            state.met["builds-need-rights"] += 1
            return (
                f"Permission denied on secret: {secret}/versions/latest for Revision service account "
                f"{config['serviceAccountEmail']}. The service account used must be granted the 'Secret Manager "
                "Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level."
            )
        try:
            version(state, f"{secret}/versions/latest")
        except RefusedError as refused:
            return refused.words
    return ""


def deployed(state: State, name: str, stored: Stored) -> None:
    identity, now = name.rpartition("/")[2], state.clock.now()
    revision = f"{identity}-{state.number_next():05d}-rev"
    uri = f"https://{identity}-{hashlib.sha256(state.project.encode()).hexdigest()[:10]}-as.a.run.app"
    service = name.replace("/functions/", "/services/")
    build = f"projects/{state.number}/locations/{state.region}/builds/{state.number_next():08d}"
    config = stored.body["serviceConfig"] | {"uri": uri, "service": service, "revision": revision}
    location = f"https://{state.region}-docker.pkg.dev/{state.project}"
    source = stored.body["buildConfig"]["source"]["storageSource"]
    resolved = {
        "storageSource": source
        | {"generation": buckets.objects(state).live[source["bucket"], source["object"]].body["generation"]}
    }
    stored.body = stored.body | {
        "state": "ACTIVE",
        "environment": "GEN_2",
        "url": f"https://{state.region}-{state.project}.cloudfunctions.net/{identity}",
        "serviceConfig": config,
        "buildConfig": stored.body["buildConfig"]
        | {"build": build, "sourceProvenance": {"resolvedStorageSource": resolved["storageSource"]}},
    }
    before = state.resources.get(f"run/{service}")
    notes = before.body["metadata"]["annotations"] if before else {}
    body = {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": identity,
            "namespace": state.number,
            "labels": {"cloud.googleapis.com/location": state.region, "goog-managed-by": "cloudfunctions"},
            "annotations": {"run.googleapis.com/ingress": "internal", **notes},
            "resourceVersion": f"AAA{state.number_next()}",
            "generation": 1,
            "uid": str(state.number_next()),
        },
        "spec": {
            "template": {
                "metadata": {"annotations": {}},
                "spec": {
                    "containers": [{"image": f"{location}/functions/{identity}"}],
                    "serviceAccountName": config["serviceAccountEmail"],
                },
            }
        },
        "status": {
            "observedGeneration": 1,
            "url": uri,
            "latestReadyRevisionName": revision,
            "latestCreatedRevisionName": revision,
            "traffic": [{"revisionName": revision, "percent": 100, "latestRevision": True}],
            "conditions": [
                {"type": item, "status": "True"} for item in ("Ready", "ConfigurationsReady", "RoutesReady")
            ],
        },
    }
    state.resources[f"run/{service}"] = Stored(service, "run.services", body, before.made if before else now, now)


def _gone(call: Call) -> dict[str, Any]:
    answer = generic.delete(call)
    generic.forget(call.state, call.key.replace("cloudfunctions/", "run/").replace("/functions/", "/services/"))
    return answer


def _knative(call: Call) -> Stored:
    name = call.target.rpartition("/")[2]
    stored = call.state.get("run", f"projects/{call.state.project}/locations/{call.state.region}/services/{name}")
    if stored is None:
        raise RefusedError(404, f"Resource '{name}' of kind 'SERVICE' does not exist.")
    return stored


def _service(call: Call) -> dict[str, Any]:
    return _knative(call).body


def _replace(call: Call) -> dict[str, Any]:
    stored = _knative(call)
    given = call.body
    generation = stored.body["metadata"]["generation"] + 1
    identity = stored.body["metadata"]["name"]
    revision = f"{identity}-{call.state.number_next():05d}-rev"
    status = stored.body["status"] | {"observedGeneration": generation}
    status |= {"latestReadyRevisionName": revision, "latestCreatedRevisionName": revision}
    status["traffic"] = [{"revisionName": revision, "percent": 100, "latestRevision": True}]
    metadata = given["metadata"] | {"generation": generation, "resourceVersion": f"AAA{call.state.number_next()}"}
    stored.body = given | {"metadata": metadata, "status": status}
    return stored.body


def _run_policy(call: Call) -> dict[str, Any]:
    name = call.target.rpartition("/")[2]
    if call.state.get("run", call.target) is None:
        raise RefusedError(404, f"Resource '{name}' of kind 'SERVICE' in region was not found.")
    return policies.set_policy(call) if call.method.verb == "setIamPolicy" else policies.get(call)


def _switch_job(call: Call) -> dict[str, Any]:
    stored = generic.found(call)
    stored.body = stored.body | {"state": {"pause": "PAUSED", "resume": "ENABLED"}[call.method.verb]}
    return stored.body


def _run_job(call: Call) -> dict[str, Any]:
    runs: list[str] = call.state.switches.setdefault("runs", [])
    runs.append(generic.found(call).name.rpartition("/")[2])
    return generic.found(call).body


def _undelete(call: Call) -> dict[str, Any]:
    stored = generic.found(call)
    stored.body = {name: item for name, item in stored.body.items() if name != "deleted"}
    return stored.body


def _agent_of_sink(call: Call) -> dict[str, Any]:
    agents: set[str] = call.state.switches.setdefault("agents", set())
    agents.add(f"service-{call.state.number}@gcp-sa-logging.iam.gserviceaccount.com")
    return generic.make(call)


def _nothing(call: Call) -> dict[str, Any]:  # noqa: ARG001 - all handlers take the call
    return {}


def _security_rule(call: Call) -> dict[str, Any]:
    policy = generic.found(call)
    kept = [item for item in policy.body.get("rules", []) if str(item["priority"]) != call.query.get("priority")]
    if call.method.verb in {"addRule", "patchRule"}:
        kept.append(call.body)
    policy.body = policy.body | {"rules": kept}
    return operations.begin(call, call.target, {}, 10.0)


def _set_on(call: Call) -> dict[str, Any]:
    """Answer the methods of Compute Engine that set one property, such as `setUrlMap` and `setLabels`."""
    # The paths of two of these methods have no `global`.
    name = re.sub(r"^(projects/[^/]+)/(targetHttps?Proxies/)", r"\1/global/\2", call.target)
    thing = call.state.get(call.service, name)
    if thing is None:
        raise RefusedError(404, f"Resource '{name}' was not found.")
    properties = call.method.document.schemas[call.method.request or ""]["properties"]
    thing.body = thing.body | {key: item for key, item in call.body.items() if key in properties}
    return operations.begin(call, name, {}, 10.0)


HANDLERS = {
    "cloudfunctions.projects.locations.functions.create": _build,
    "cloudfunctions.projects.locations.functions.patch": _build,
    "cloudfunctions.projects.locations.functions.delete": _gone,
    "cloudscheduler.projects.locations.jobs.pause": _switch_job,
    "cloudscheduler.projects.locations.jobs.resume": _switch_job,
    "cloudscheduler.projects.locations.jobs.run": _run_job,
    "compute.addresses.setLabels": _set_on,
    "compute.backendServices.setSecurityPolicy": _set_on,
    "compute.globalForwardingRules.setLabels": _set_on,
    "compute.globalAddresses.setLabels": _set_on,
    "compute.securityPolicies.addRule": _security_rule,
    "compute.securityPolicies.patchRule": _security_rule,
    "compute.securityPolicies.removeRule": _security_rule,
    "compute.targetHttpsProxies.setSslCertificates": _set_on,
    "compute.targetHttpsProxies.setSslPolicy": _set_on,
    "compute.targetHttpsProxies.setUrlMap": _set_on,
    "compute.globalOperations.get": operations.get_operation,
    "compute.globalOperations.wait": operations.get_operation,
    "compute.regionOperations.get": operations.get_operation,
    "compute.regionOperations.wait": operations.get_operation,
    "iam.projects.roles.undelete": _undelete,
    "logging.projects.sinks.create": _agent_of_sink,
    "run.namespaces.services.get": _service,
    "run.namespaces.services.replaceService": _replace,
    "run.projects.locations.services.getIamPolicy": _run_policy,
    "run.projects.locations.services.setIamPolicy": _run_policy,
    "secretmanager.projects.secrets.addVersion": _add_version,
    "secretmanager.projects.secrets.versions.access": _access,
    "secretmanager.projects.secrets.versions.destroy": _set_state,
    "secretmanager.projects.secrets.versions.disable": _set_state,
    "secretmanager.projects.secrets.versions.enable": _set_state,
}
