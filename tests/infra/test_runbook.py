"""Everything that the runbook names exists: commands with their variables, modules, files, metrics, alerts, secrets."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from infra import manifest as declared
from infra.operate.cli import operate
from infra.operate.deployment import adopt
from infra.paths import GCP
from tests.infra.inventory import ALERTS, is_logged

pytestmark = pytest.mark.release

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "infra" / "README.md").read_text()
BOOKS = {
    path: (ROOT / path).read_text()
    for path in ("README.md", "infra/README.md", "infra/NIGHT.md", "infra/local/README.md")
}
NIGHT = (ROOT / "infra" / "NIGHT.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z0-9-]+)(?: [a-z0-9 -]+)?:", MAKEFILE, re.MULTILINE)) | set(
    re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()
)
# Variables that the stack or the command itself reads from the environment, beside the settings of the manifest.
OF_THE_STACK = {"STACK", "EMULATOR", "TRAINING", "FROZEN", "NAME", "KEY"} | {
    f"{name}_EMULATOR_HOST" for name in ("FIRESTORE", "PUBSUB")
}


def calls() -> list[tuple[str, str, str]]:
    """Return (book, command, rest of the line) for every `make ...` in the runbooks."""
    found = []
    for book, text in BOOKS.items():
        for line in re.findall(
            r"(?:`|^)make (?:-s )?([a-z][a-z0-9-]*(?:[ \t]+[A-Z_]+=(?:\"[^\"]*\"|[^\s`)]*))*)", text, re.MULTILINE
        ):
            verb, _, rest = line.partition(" ")
            found.append((book, verb, rest))
    return found


@pytest.mark.parametrize(("book", "verb", "rest"), sorted(set(calls())))
def test_a_verb_that_a_book_names_exists_and_takes_its_variables(book: str, verb: str, rest: str) -> None:
    assert verb in TARGETS, book
    for name in re.findall(r"([A-Z_]+)=", rest):
        known = f"$({name})" in MAKEFILE or f"$(if $({name})" in MAKEFILE or name in OF_THE_STACK
        assert known or name in declared.load().settings or name.endswith("_PORT"), f"{book}: {verb} {name}"


def test_the_books_name_many_verbs() -> None:
    assert len({verb for _, verb, _ in calls()}) > 20


@pytest.mark.parametrize(
    "module",
    sorted({name for text in BOOKS.values() for name in re.findall(r"-m (infra(?:\.[a-z_]+)*)(?![\w.]*[A-Z])", text)}),
)
def test_a_module_that_a_book_runs_exists(module: str) -> None:
    assert importlib.util.find_spec(module)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./-]+\.(?:py|json|jsonl|tf|md|example))`", RUNBOOK))))
def test_a_file_that_the_runbook_names_exists(path: str) -> None:
    places = (
        "",
        "infra",
        "infra/build",
        "infra/gcp",
        "infra/operate",
        "infra/operate/deployment",
        "infra/operate/preflight",
        "infra/operate/recovery",
        "infra/routing",
        "infra/routing/texts",
        "functions",
        "functions/petitions",
        ".build/package",
    )
    made = path in {"sbom.json", "corrections.jsonl", "petitions.jsonl", "calendar.json"}
    assert made or any((ROOT / place / path).exists() for place in places), path


def test_each_alert_has_one_row_that_says_what_it_means_and_what_to_do() -> None:
    rows = dict(re.findall(r'^\| <a id="([\w-]+)"></a>\1 \| (.+) \|$', RUNBOOK, re.MULTILINE))
    assert set(rows) == {alert["runbook"] for alert in ALERTS.values()}
    for name, row in rows.items():
        means, do = row.split(" | ")
        assert len(means) > 10, name
        assert len(do) > 10, name
        (alert,) = (item for item in ALERTS.values() if item["runbook"] == name)
        assert row == f"{alert['means']} | {' '.join(alert['steps'])}", "the notification says the same"


def test_each_alert_ends_with_how_one_sees_that_it_is_over() -> None:
    assert [name for name, alert in ALERTS.items() if not alert["steps"][-1].startswith("Over ")] == []


def test_what_can_wait_for_the_morning_wakes_nobody() -> None:
    waits = {
        name
        for name, alert in ALERTS.items()
        if re.search("wait for the morning|[Nn]othing for the night", str(alert["steps"]))
    }
    assert {"dead_letters", "token_refresh"} <= waits
    assert {ALERTS[name]["severity"] for name in waits} == {"WARNING"}


def test_each_metric_of_the_table_of_logs_is_logged() -> None:
    table = RUNBOOK.split("| the log says (`metric`)", 1)[1].split("\n\n", 1)[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`([a-z_]+)`", row.split("|")[1])}
    reasons = {"forged", "host", "address", "userinfo"}
    assert named - reasons
    assert [name for name in sorted(named - reasons) if not is_logged(name)] == []


def test_every_secret_is_in_the_runbook() -> None:
    assert [secret for secret in adopt.secrets().values() if f"`{secret}`" not in RUNBOOK] == []


def test_the_duties_of_a_breach_are_told_with_their_hours() -> None:
    steps = RUNBOOK.split("**A breach of personal data.**", 1)[1].split("\n\n", 1)[0]
    assert [word for word in ("24 h", "72 h", "Mẫu 08", "A05") if word not in steps] == []


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("A key has leaked", ("OA secret key", "`/api/v1`", "signs papers", "id key", "FINISH=1", "key of seals")),
        ("A backlog from load", ("7 days", "max_instances", "make capacity")),
        ("How much can be lost", ("RPO", "RTO", "make backup-drill", "same region")),
        ("A wrong calendar", ("?version=", "make publish", "withdrawn", "recompute_done")),
        ("A unit's people are all away", ("/team", "coordinator")),
        ("All sending must stop", ("make pause", "make resume", "DRY=1")),
        ("The file of variables and Terraform's state", ("prod.tfvars", "state lock", "--all-versions")),
    ],
)
def test_what_can_go_wrong_has_its_section(section: str, words: tuple[str, ...]) -> None:
    text = RUNBOOK.split(f"**{section}", 1)[1].split("\n**", 1)[0]
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    "switch",
    [
        '"Đang hoạt động"',
        "domain verification",
        "Webhook URL",
        "Webhook Retry: **on**",
        "Lọc cú pháp (syntax filter): **off**",
        "`user_withdraw`",
        '"Nhận sự kiện quản lý tin nhắn"',
        '"Nhận sự kiện quản lý người dùng"',
        "Official Account Callback Url",
        '"Yêu cầu kiểm tra app secret proof": off',
        "registered",
        "state body",
        "package",
        "Zalo Cloud Account",
        "switched off the events",
    ],
)
def test_every_switch_of_zalos_console_is_in_the_runbook(switch: str) -> None:
    console = RUNBOOK.partition("**Zalo's console**")[2].partition("8. **Officers.**")[0]
    assert switch in " ".join(console.split())


def gclouds() -> list[str]:
    fence = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
    fenced = [line for block in fence.findall(NIGHT) for line in block.splitlines()]
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", RUNBOOK + fence.sub("", NIGHT))]
    return [item[item.index("gcloud ") :] for item in spans + fenced if re.search(r"(^|\| )gcloud ", item)]


def test_a_command_line_says_where_it_works() -> None:
    """Without a project gcloud uses the operator's current one, and without a database an export uses (default)."""
    lines = [line for line in gclouds() if not line.startswith("gcloud auth ")]
    assert len(lines) > 20
    for line in lines:
        assert re.search(r"--project=(PROJECT|\$PROJECT)", line), line
        assert re.search(r"--location=(REGION|\$REGION)", line) or not line.startswith("gcloud scheduler "), line
        assert re.search(r"--region=(REGION|\$REGION)", line) or not line.startswith("gcloud run "), line
        assert "--database=" in line or not re.match(r"gcloud firestore (export|import|indexes) ", line), line
        assert "…" not in line, line


def test_a_verb_for_the_cloud_says_where_it_works() -> None:
    """Without PROJECT the command would use the local system, but alerts concern the cloud."""
    verbs = [
        line for alert in ALERTS.values() for step in alert["steps"] for line in re.findall(r"`(make [^`]+)`", step)
    ]
    assert [line for line in verbs if "PROJECT=PROJECT" not in line and line != "make test-alert"] == []
    assert len(verbs) > 8


def printed(verb: str, variables: str) -> list[list[str]]:
    done = subprocess.run(
        ["make", "-n", verb, *shlex.split(variables)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.replace("\\\n", " ").splitlines()
    return [shlex.split(line.partition(" -m infra.operate ")[2]) for line in lines if " -m infra.operate " in line]


def parsed(words: list[str]) -> None:
    """Parse a call without running it. Raise click's UsageError for an invalid one."""
    with operate.make_context("operate", list(words)) as context:
        name, command, rest = operate.resolve_command(context, [*context.protected_args, *context.args])
        assert name
        assert command
        command.make_context(name, rest, parent=context)


@pytest.mark.parametrize(("book", "verb", "rest"), sorted({call for call in calls() if call[2]}))
def test_our_own_commands_take_every_verb_as_it_is_printed(book: str, verb: str, rest: str) -> None:
    for words in printed(verb, rest):
        parsed(words)


def test_what_our_own_commands_do_not_take_is_found() -> None:
    (words,) = printed("replay", "WHAT=dismis ID=1 PROJECT=petitions-test")
    with pytest.raises(click.UsageError):
        parsed(words)


def test_a_key_is_rotated_in_the_cloud_with_all_that_it_needs() -> None:
    steps = [step for alert in ALERTS.values() for step in alert["steps"]]
    lines = re.findall(r"`make (rotate-key PROJECT=[^`]*)`", "\n".join([*steps, RUNBOOK]))
    assert len(lines) >= 3
    for line in lines:
        assert re.findall(r"([A-Z_]+)=", line) == ["PROJECT", "WEBHOOK", "ZALO_APP_ID", "ZALO_OA_ID"], line


PARSER = Path(__file__).with_name("gcloud_parser.py")


@pytest.fixture(scope="module")
def refused_by_gcloud() -> dict[str, str]:
    if shutil.which("gcloud") is None:
        pytest.skip("*** THE RUNBOOK'S COMMANDS WERE NOT PARSED: gcloud is not installed.")
    root, python = subprocess.run(
        ["gcloud", "info", "--format=value(installation.sdk_root,basic.python_location)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    names = {"PROJECT": "petitions-test", "REGION": "asia-southeast1", "BUCKET": "backups", "ADDRESS": "192.0.2.1"}
    lines = {
        line: re.sub(r"\$?\b(PROJECT|REGION|BUCKET|ADDRESS)\b", lambda found: names[found[1]], line)
        for line in gclouds()
    }
    lines |= {WRONG: WRONG}
    done = subprocess.run(
        [python, str(PARSER), root], input=json.dumps(lines), capture_output=True, text=True, timeout=300, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


WRONG = "gcloud firestore export gs://backups/x --databse=petitions --project=petitions-test"


def test_gcloud_itself_takes_every_command_line(refused_by_gcloud: dict[str, str]) -> None:
    assert refused_by_gcloud.pop(WRONG)  # proves that the parser checks
    assert refused_by_gcloud == {}


def test_the_page_for_the_night_has_every_alarm_that_wakes() -> None:
    headings = re.findall(r"^## \d\. .*\(([\w, -]+)\)$", NIGHT, re.MULTILINE)
    alarms = {name for heading in headings for name in heading.split(", ")}
    wakes = {alert["runbook"] for alert in ALERTS.values() if alert["severity"] == "CRITICAL"}
    assert alarms == wakes - {"test-alert"}
    assert "**Stop all sending**" in NIGHT
    assert len(NIGHT.splitlines()) <= 120, "two pages"


@pytest.mark.parametrize("module", sorted(set(re.findall(r"`\.venv/bin/python -m ([\w.]+) --help`", RUNBOOK))))
def test_the_help_that_the_runbook_prints_runs(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": "functions" if module.startswith("infra.search") else ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()


GIVES = {
    "google_project_iam_member": "resourcemanager.projectIamAdmin",
    "google_project_iam_audit_config": "resourcemanager.projectIamAdmin",
    "google_project_iam_custom_role": "iam.roleAdmin",
    "google_service_account_iam_member": "iam.serviceAccountAdmin",
    "google_cloud_run_v2_service_iam_member": "run.admin",
    "google_secret_manager_secret_iam_member": "secretmanager.admin",
    "google_pubsub_topic_iam_member": "pubsub.admin",
    "google_pubsub_subscription_iam_member": "pubsub.admin",
    "google_storage_bucket_iam_member": "storage.admin",
    "google_artifact_registry_repository_iam_member": "artifactregistry.admin",
    "google_iap_web_backend_service_iam_member": "iap.admin",
    "google_kms_crypto_key_iam_member": "cloudkms.admin",
}
"""The role needed to create a grant of this type. The role Editor is not sufficient for any of them."""


def test_who_deploys_is_told_every_role_that_it_takes() -> None:
    text = "\n".join(path.read_text() for path in GCP.rglob("*.tf"))
    kinds = set(re.findall(r'^resource "(\w+_iam_\w+)"', text, re.MULTILINE))
    assert {GIVES[kind] for kind in kinds} <= set(re.findall(r"`roles/([\w.]+)`", RUNBOOK))
    for role in ("secretmanager.secretAccessor", "logging.configWriter", "billing.costsManager", "editor"):
        assert f"`roles/{role}`" in RUNBOOK
