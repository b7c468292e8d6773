"""Create topics and push subscriptions, as Terraform does in production, and store officers and reference data.

This runs in a separate process so that the runner does not hold Google's clients in memory. It reads a ProvisionRequest
as JSON from standard input and uses the emulators at FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST. It can be
repeated.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists
from google.cloud import firestore, pubsub_v1
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask

from infra import manifest as manifests
from infra.local.runner.provision_request import ProvisionRequest
from infra.reference_data import load
from petitions.adapters.clock import make_clock
from petitions.adapters.firestore import FirestoreStore

if TYPE_CHECKING:
    from google.pubsub_v1 import types

OFFICERS = Path(__file__).with_name("officers.json")
PUSH_EMAIL = "pubsub@local.invalid"
# Ordering is fixed when a subscription is made. The other fields follow the manifest and the current ports.
CHANGEABLE = (
    "push_config",
    "ack_deadline_seconds",
    "retry_policy",
    "dead_letter_policy",
    "message_retention_duration",
    "expiration_policy",
)


def main() -> None:
    request = ProvisionRequest.model_validate_json(sys.stdin.read())
    manifest = manifests.load(request.manifest)
    make_topics(manifest, request)
    if request.petitions_database is not None:
        seed_officers(request.project, request.petitions_database)
        load(FirestoreStore(request.project, request.petitions_database), make_clock())
    if request.channel_database is not None and request.forget_tokens:
        client = firestore.Client(project=request.project, database=request.channel_database)
        client.document("tokens/zalo").delete()


def make_topics(manifest: manifests.Manifest, request: ProvisionRequest) -> None:
    """Create the manifest's topics and subscriptions, and update existing subscriptions."""
    publisher = pubsub_v1.PublisherClient()
    for topic in manifest.topics:
        try:
            publisher.create_topic(name=publisher.topic_path(request.project, topic))
        except AlreadyExists:
            continue
    with pubsub_v1.SubscriberClient() as subscriber:
        for name, declared in manifest.subscriptions.items():
            subscription = _subscription(name, declared, request)
            try:
                subscriber.create_subscription(request=subscription)
            except AlreadyExists:
                changed = {"subscription": subscription, "update_mask": FieldMask(paths=CHANGEABLE)}
                subscriber.update_subscription(request=changed)


def _subscription(
    name: str, declared: manifests.Subscription, request: ProvisionRequest
) -> types.Subscription | dict[str, Any]:
    def topic(short: str) -> str:
        return f"projects/{request.project}/topics/{short}"

    wanted = {
        "name": f"projects/{request.project}/subscriptions/{name}",
        "topic": topic(declared.topic),
        "push_config": _push(name, declared.function, request) if declared.function and not request.frozen else {},
        "ack_deadline_seconds": declared.ack_deadline_seconds,
        "retry_policy": {
            "minimum_backoff": Duration(seconds=declared.minimum_backoff_seconds),
            "maximum_backoff": Duration(seconds=declared.maximum_backoff_seconds),
        },
        "enable_message_ordering": declared.ordered,
        "message_retention_duration": Duration(seconds=declared.retention_seconds),
        "expiration_policy": {},  # never: a stack may rest for longer than the default of 31 days
    }
    if declared.dead_letter_topic is not None:
        wanted["dead_letter_policy"] = {
            "dead_letter_topic": topic(declared.dead_letter_topic),
            "max_delivery_attempts": declared.max_delivery_attempts,
        }
    return wanted


def _push(name: str, function: str, request: ProvisionRequest) -> dict[str, Any]:
    gate, secret = request.gates[function], request.push_secret
    return {
        "push_endpoint": f"{gate}/push/{name}" + (f"?token={secret}" if secret else ""),
        "oidc_token": {"service_account_email": PUSH_EMAIL, "audience": gate},
    }


def seed_officers(project: str, database: str) -> None:
    """Create the missing officers of officers.json. Existing ones are not changed."""
    client = firestore.Client(project=project, database=database)
    officers = json.loads(OFFICERS.read_text())
    references = {client.document(f"officers/{officer['id']}"): officer for officer in officers}
    present = {snapshot.id for snapshot in client.get_all(list(references)) if snapshot.exists}
    batch = client.batch()
    for reference, officer in references.items():
        if reference.id not in present:
            batch.create(reference, officer)
    batch.commit()


if __name__ == "__main__":
    main()
