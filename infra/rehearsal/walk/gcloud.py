"""A replacement for gcloud on machines without it: the few commands that the operator's commands use.

  python gcloud.py secrets describe id-key --project=P      exits with 1 and Google's message when it is refused

`COMMANDS` maps a command to its request to the control plane. The output is JSON, or a name with
`--format=value(name)`.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

Options = dict[str, str]


def ask(service: str, path: str, body: Any = None, http: str = "") -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    found: dict[str, Any] = json.loads(_sent(service, path, data, http or ("GET" if body is None else "POST")))
    return found


def _sent(service: str, path: str, data: bytes | None, http: str) -> bytes:
    address = urllib.parse.urljoin(os.environ[f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{service.upper()}"], path)
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=http)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the control plane's own address
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as refused:
        sys.exit(f"ERROR: {json.loads(refused.read())['error']['message']}")


def _enable(words: list[str], options: Options) -> object:
    return ask("serviceusage", f"v1/projects/{options['project']}/services:batchEnable", {"serviceIds": words})


def _agent(_: list[str], options: Options) -> object:
    at = f"v1beta1/projects/{options['project']}/services/{options['service']}:generateServiceIdentity"
    return ask("serviceusage", at, {})


def _make_bucket(words: list[str], options: Options) -> object:
    prevention = {"uniformBucketLevelAccess": {"enabled": True}, "publicAccessPrevention": "enforced"}
    body = {"name": _bucket(words), "location": options["location"], "iamConfiguration": prevention}
    return ask("storage", f"b?project={options['project']}", body)


def _bucket(words: list[str]) -> str:
    return words[0].removeprefix("gs://")


def _versions(words: list[str], options: Options) -> object:
    found = ask("secretmanager", f"v1/projects/{options['project']}/secrets/{words[0]}/versions")
    numbers = [item["name"] for item in found.get("versions", ()) if item["state"] == "ENABLED"]
    return "\n".join(name.rpartition("/")[2] for name in numbers)


def _read(words: list[str], options: Options) -> object:
    at = f"v1/projects/{options['project']}/secrets/{options['secret']}/versions/{words[0]}:access"
    return base64.b64decode(ask("secretmanager", at)["payload"]["data"]).decode()


def _add(words: list[str], options: Options) -> object:
    payload = {"payload": {"data": base64.b64encode(sys.stdin.buffer.read()).decode()}}
    return ask("secretmanager", f"v1/projects/{options['project']}/secrets/{words[0]}:addVersion", payload)


def _object(words: list[str]) -> str:
    bucket, _, name = _bucket(words).partition("/")
    return f"b/{bucket}/o/{urllib.parse.quote(name, safe='')}"


def _upload(words: list[str], _: Options) -> object:
    bucket, _slash, name = words[1].removeprefix("gs://").partition("/")
    at = f"/storage/upload/storage/v1/b/{bucket}/o?uploadType=media&name={urllib.parse.quote(name, safe='')}"
    return _sent("storage", at, sys.stdin.buffer.read(), "POST").decode()


def _list(words: list[str], _: Options) -> object:
    bucket, _slash, prefix = words[0].removeprefix("gs://").partition("/")
    names = [item["name"] for item in ask("storage", f"b/{bucket}/o?prefix={urllib.parse.quote(prefix)}")["items"]]
    if not names:
        sys.exit("ERROR: (gcloud.storage.ls) One or more URLs matched no objects.")
    return "\n".join(f"gs://{bucket}/{name}" for name in names)


def _titled(service: str, at: str, items: str) -> Callable[[list[str], Options], object]:
    return lambda _, options: ask(service, at.format(**options)).get(items, [])


def _databases(options: Options) -> str:
    return f"v1/projects/{options['project']}/databases/{options['database']}"


def _service(words: list[str], options: Options) -> str:
    return f"apis/serving.knative.dev/v1/namespaces/{options['project']}/services/{words[0]}"


def _update(words: list[str], options: Options) -> object:
    service = ask("run", _service(words, options))
    if "no-invoker-iam-check" in options:
        service["metadata"]["annotations"]["run.googleapis.com/invoker-iam-disabled"] = "True"
    if "cpu-boost" in options:
        service["spec"]["template"]["metadata"]["annotations"]["run.googleapis.com/startup-cpu-boost"] = "True"
    return ask("run", _service(words, options), service, "PUT")


def _job(words: list[str], options: Options) -> object:
    at = f"v1/projects/{options['project']}/locations/{options['location']}/jobs/{words[0]}:run"
    return ask("cloudscheduler", at, {})


def _restore(_: list[str], options: Options) -> object:
    asked = {"backup": options["source-backup"], "databaseId": options["destination-database"]}
    return ask("firestore", f"v1/projects/{options['project']}/databases:restore", asked)


def _functions(_: list[str], options: Options) -> object:
    found = ask("cloudfunctions", f"v2/projects/{options['project']}/locations/-/functions").get("functions", [])
    if options["format"].startswith("value(name.basename()"):
        rows = (
            (item["name"].rpartition("/")[2], item["state"], item["serviceConfig"].get("uri", "")) for item in found
        )
        return "\n".join("\t".join(row) for row in rows)
    given = [item["serviceConfig"]["environmentVariables"] for item in found if item["name"].endswith("/routing")]
    return "\t".join([given[0].get("FIRESTORE_DATABASE", ""), given[0].get("PUBSUB_URL", "")]) if given else ""


def _delete_function(words: list[str], options: Options) -> object:
    at = f"v2/projects/{options['project']}/locations/{options['region']}/functions/{words[0]}"
    return ask("cloudfunctions", at, http="DELETE")


COMMANDS: dict[str, Callable[[list[str], Options], object]] = {
    "auth print-access-token": lambda *_: "ya29.rehearsal",
    "auth application-default print-access-token": lambda *_: "ya29.rehearsal",
    "config get-value account": lambda *_: "operator@example.vn",
    "services enable": _enable,
    "beta services identity create": _agent,
    "storage service-agent": lambda _, o: ask("storage", f"projects/{o['project']}/serviceAccount")["email_address"],
    "storage buckets describe": lambda w, _: ask("storage", f"b/{_bucket(w)}"),
    "storage buckets create": _make_bucket,
    "storage buckets update": lambda w, _: ask(
        "storage", f"b/{_bucket(w)}", {"versioning": {"enabled": True}}, "PATCH"
    ),
    "storage cat": lambda w, _: ask("storage", f"{_object(w)}?alt=media"),
    "storage cp": _upload,
    "storage ls": _list,
    "storage rm": lambda w, _: ask("storage", _object(w), http="DELETE"),
    "alpha monitoring policies list": _titled("monitoring", "v3/projects/{project}/alertPolicies", "alertPolicies"),
    "beta monitoring channels list": _titled(
        "monitoring", "v3/projects/{project}/notificationChannels", "notificationChannels"
    ),
    "monitoring uptime list-configs": _titled(
        "monitoring", "v3/projects/{project}/uptimeCheckConfigs", "uptimeCheckConfigs"
    ),
    "monitoring dashboards list": _titled("monitoring", "v1/projects/{project}/dashboards", "dashboards"),
    "billing budgets list": _titled("billingbudgets", "v1/billingAccounts/{billing-account}/budgets", "budgets"),
    "secrets describe": lambda w, o: ask("secretmanager", f"v1/projects/{o['project']}/secrets/{w[0]}"),
    "secrets versions list": _versions,
    "secrets versions access": _read,
    "secrets versions add": _add,
    "firestore databases describe": lambda _, o: ask("firestore", _databases(o)),
    "firestore backups schedules list": lambda _, o: ask("firestore", f"{_databases(o)}/backupSchedules").get(
        "backupSchedules", []
    ),
    "firestore indexes composite list": lambda _, o: ask(
        "firestore", f"{_databases(o)}/collectionGroups/-/indexes"
    ).get("indexes", []),
    "firestore backups list": lambda _, o: ask(
        "firestore", f"v1/projects/{o['project']}/locations/{o['location']}/backups"
    ).get("backups", []),
    "firestore databases restore": _restore,
    "firestore operations list": lambda _, o: ask("firestore", f"{_databases(o)}/operations").get("operations", []),
    "functions list": _functions,
    "functions delete": _delete_function,
    "run services describe": lambda w, o: ask("run", _service(w, o)),
    "run services update": _update,
    "scheduler jobs run": _job,
}


def main(arguments: list[str]) -> None:
    words = [argument for argument in arguments if not argument.startswith("--")]
    given = [argument.removeprefix("--").partition("=") for argument in arguments if argument.startswith("--")]
    command = next(
        (name for name in COMMANDS if words[: len(name.split())] == name.split()),
        None,
    )
    if command is None:
        sys.exit(f"ERROR: the stand-in for gcloud has no such command: {' '.join(words)}")
    options = {name: value for name, _, value in given}
    answer = COMMANDS[command](words[len(command.split()) :], options)
    if options.get("format") == "value(name)" and isinstance(answer, dict):
        answer = answer["name"]
    print(answer if isinstance(answer, str) else json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
