"""Check resources and messages by the rules and limits of Pub/Sub, and fill in defaults."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from infra.emulators.pubsub.resources import filters
from infra.emulators.pubsub.wire import messages as wire
from infra.emulators.pubsub.wire.errors import Code, PubsubError, invalid

DELETED_TOPIC = "_deleted-topic_"
MAX_MESSAGES = 1000
MAX_REQUEST_BYTES = 10_000_000
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE_KEY_BYTES = 256
MAX_ATTRIBUTE_VALUE_BYTES = 1024
MAX_ORDERING_KEY_BYTES = 1024
ACK_DEADLINE = (10, 600)
DAY = 86400
SUBSCRIPTION_RETENTION = (600, 31 * DAY)
DEFAULT_RETENTION = 7 * DAY
TOPIC_RETENTION = (600, 31 * DAY)
MAX_BACKOFF = 600
DEFAULT_BACKOFF = (10, 600)
DELIVERY_ATTEMPTS = (5, 100)
SNAPSHOT_LIFE = 7 * DAY
_ID = r"(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}"
_NAME = {kind: re.compile(rf"projects/[^/]+/{kind}/{_ID}") for kind in ("topics", "subscriptions", "snapshots")}
_PROJECT = re.compile(r"projects/[^/]+")


def check_name(kind: str, name: str) -> None:
    if not _NAME[kind].fullmatch(name):
        raise invalid(f"Invalid [{kind}] name: (name={name})")


def check_project(name: str) -> None:
    if not _PROJECT.fullmatch(name):
        raise invalid(f"Invalid [projects] name: (name={name})")


def project_of(name: str) -> str:
    """Return the project of a resource name: `projects/P/topics/T` -> `P`."""
    return name.split("/")[1]


def check_messages(messages: Any, size: int) -> None:
    """Raise INVALID_ARGUMENT if the messages cannot be published. `size` is the request's size in bytes."""
    if not 0 < len(messages) <= MAX_MESSAGES:
        raise invalid(f"The value for message_count is {len(messages)}. It must be between 1 and {MAX_MESSAGES}.")
    if size > MAX_REQUEST_BYTES:
        raise invalid(f"The request has {size} bytes; at most {MAX_REQUEST_BYTES} are allowed.")
    for message in messages:
        _check_message(message)


def _check_message(message: Any) -> None:
    if not message.data and not message.attributes:
        raise invalid("A message in the publish request is empty: it needs data or at least one attribute.")
    if len(message.ordering_key.encode()) > MAX_ORDERING_KEY_BYTES:
        raise invalid(f"The ordering key is longer than {MAX_ORDERING_KEY_BYTES} bytes.")
    if len(message.attributes) > MAX_ATTRIBUTES:
        raise invalid(f"A message has {len(message.attributes)} attributes; at most {MAX_ATTRIBUTES} are allowed.")
    for key, value in message.attributes.items():
        if not key or len(key.encode()) > MAX_ATTRIBUTE_KEY_BYTES or key.startswith("goog"):
            raise invalid("An attribute key is empty, longer than 256 bytes or begins with goog.")
        if len(value.encode()) > MAX_ATTRIBUTE_VALUE_BYTES:
            raise invalid(f"The value of attribute {key} is longer than {MAX_ATTRIBUTE_VALUE_BYTES} bytes.")


def check_topic(topic: Any) -> None:
    """Raise INVALID_ARGUMENT for an invalid topic, UNIMPLEMENTED for features that the emulator lacks."""
    check_name("topics", topic.name)
    _refuse(topic, "schema_settings", "ingestion_data_source_settings", "message_transforms")
    if topic.HasField("message_retention_duration"):
        _check_between(
            "message_retention_duration", wire.duration_seconds(topic.message_retention_duration), TOPIC_RETENTION
        )


def complete_subscription(sub: Any) -> None:
    """Validate a subscription and fill in the service's defaults. Raise INVALID_ARGUMENT or UNIMPLEMENTED."""
    check_name("subscriptions", sub.name)
    _refuse(sub, "bigquery_config", "cloud_storage_config", "bigtable_config", "message_transforms")
    sub.ack_deadline_seconds = sub.ack_deadline_seconds or ACK_DEADLINE[0]
    _check_between("ack_deadline_seconds", sub.ack_deadline_seconds, ACK_DEADLINE)
    if not sub.HasField("message_retention_duration"):
        sub.message_retention_duration.seconds = DEFAULT_RETENTION
    retention = wire.duration_seconds(sub.message_retention_duration)
    _check_between("message_retention_duration", retention, SUBSCRIPTION_RETENTION)
    if not sub.HasField("expiration_policy"):
        sub.expiration_policy.ttl.seconds = 31 * DAY
    elif sub.expiration_policy.HasField("ttl"):
        _check_between("expiration_policy.ttl", wire.duration_seconds(sub.expiration_policy.ttl), (DAY, 365 * DAY))
    _complete_retry_policy(sub)
    _complete_dead_letter_policy(sub)
    sub.push_config.SetInParent()  # shown even when empty: delivery is by pull
    check_push_config(sub.push_config)
    if sub.enable_exactly_once_delivery and sub.push_config.push_endpoint:
        raise invalid("Exactly-once delivery is for pull subscriptions only.")
    filters.parse(sub.filter)
    sub.state = sub.State.ACTIVE


def _complete_retry_policy(sub: Any) -> None:
    if not sub.HasField("retry_policy"):
        return
    policy = sub.retry_policy
    for field, default in zip(("minimum_backoff", "maximum_backoff"), DEFAULT_BACKOFF, strict=True):
        if not policy.HasField(field):
            getattr(policy, field).seconds = default
        _check_between(f"retry_policy.{field}", wire.duration_seconds(getattr(policy, field)), (0, MAX_BACKOFF))
    if wire.duration_seconds(policy.minimum_backoff) > wire.duration_seconds(policy.maximum_backoff):
        raise invalid("retry_policy: minimum_backoff is larger than maximum_backoff.")


def _complete_dead_letter_policy(sub: Any) -> None:
    if not sub.HasField("dead_letter_policy"):
        return
    policy = sub.dead_letter_policy
    check_name("topics", policy.dead_letter_topic)
    policy.max_delivery_attempts = policy.max_delivery_attempts or DELIVERY_ATTEMPTS[0]
    _check_between("dead_letter_policy.max_delivery_attempts", policy.max_delivery_attempts, DELIVERY_ATTEMPTS)


def check_push_config(push: Any) -> None:
    """Raise INVALID_ARGUMENT unless the endpoint is http or https and an OIDC token names its account."""
    if not push.push_endpoint:
        return
    address = urlsplit(push.push_endpoint)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise invalid("Invalid push endpoint given: it must be an absolute http or https address.")
    if push.HasField("oidc_token") and not push.oidc_token.service_account_email:
        raise invalid("push_config.oidc_token needs a service_account_email.")


def _check_between(field: str, value: float, limits: tuple[float, float]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise invalid(f"Invalid {field}: {value:g}. It must be between {limits[0]} and {limits[1]}.")


def _refuse(resource: Any, *fields: str) -> None:
    for descriptor, _ in resource.ListFields():
        if descriptor.name in fields:
            raise PubsubError(Code.UNIMPLEMENTED, f"This emulator does not have {descriptor.name}.")


def merge(kind: str, stored: Any, wanted: Any, mask: Any, allowed: frozenset[str]) -> Any:
    """Return a copy of `stored` with the fields in `mask` taken from `wanted`. Raise INVALID_ARGUMENT.

    Only fields in `allowed` can change. `kind` names the resource in the error message.
    """
    if not mask.paths:
        raise invalid("The update_mask in the request must be set and hold at least one path.")
    changed = type(stored)()
    changed.CopyFrom(stored)
    for path in mask.paths:
        if path.split(".")[0] not in allowed:
            raise invalid(f"Invalid update_mask: {path} of a {kind} cannot be changed.")
    for path in mask.paths:
        source, target = wanted, changed
        *parents, leaf = path.split(".")
        try:
            for parent in parents:
                source, target = getattr(source, parent), getattr(target, parent)
            target.ClearField(leaf)
            values = {field.name: value for field, value in source.ListFields()}
        except (AttributeError, ValueError) as error:
            raise invalid(f"Invalid update_mask: a {kind} has no field {path}.") from error
        if leaf in values:
            partial = type(target)()
            partial.CopyFrom(source)
            for other in values.keys() - {leaf}:
                partial.ClearField(other)
            target.MergeFrom(partial)
    return changed
