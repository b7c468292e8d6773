"""The model of `functions/manifest.json`, which declares everything that is deployed.

Terraform, the local runner, the packager and the operator's commands read the file. Loading it checks every reference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.paths import FUNCTIONS

MANIFEST = FUNCTIONS / "manifest.json"

FunctionName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{2,40}$")]
ResourceName = Annotated[str, Field(pattern=r"^[a-z][a-z-]{2,60}$")]
SettingName = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{2,60}$")]


class Strict(BaseModel):
    """A model that rejects unknown fields, so that a misspelt field is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Function(Strict):
    """A deployed function. `concurrency` is the number of simultaneous requests, and of threads, per instance."""

    description: str
    public: bool
    settings: list[SettingName]
    publishes: list[ResourceName]
    roles: list[str]
    memory_mib: int = Field(ge=128, le=8192)
    cpu: int = Field(ge=1, le=4)
    concurrency: int = Field(ge=1, le=1000)
    min_instances: int = Field(ge=0)
    max_instances: int = Field(ge=1)
    timeout_seconds: int = Field(ge=1, le=540)


class Topic(Strict):
    """A Pub/Sub topic. If `ordered`, messages about one subject are delivered in order (ordering keys)."""

    description: str
    ordered: bool


class Subscription(Strict):
    """A subscription that pushes to `/push/<name>` of its function or, without a function, is pulled by an operator.

    The limits are Pub/Sub's own (PLATFORM 7.1).
    """

    topic: ResourceName
    function: FunctionName | None
    ack_deadline_seconds: int = Field(ge=10, le=600)
    minimum_backoff_seconds: int = Field(ge=0, le=600)
    maximum_backoff_seconds: int = Field(ge=0, le=600)
    max_delivery_attempts: int | None = Field(ge=5, le=100)
    dead_letter_topic: ResourceName | None
    ordered: bool
    retention_seconds: int = Field(ge=600, le=604800)


class Schedule(Strict):
    """A Cloud Scheduler job that posts to `/schedule/<name>`. `cron` is in the manifest's time zone."""

    function: FunctionName
    cron: str = Field(pattern=r"^\S+ \S+ \S+ \S+ \S+$")
    description: str
    attempt_deadline_seconds: int = Field(ge=15, le=1800)
    retry_count: int = Field(ge=0, le=5)


class Setting(Strict):
    """An environment variable of functions. In the cloud, the value of a `secret` one comes from Secret Manager.

    A `mounted` secret is a file that is read again when it changes, and the variable holds the file's path. An
    `optional` setting has a default in the code.
    """

    description: str
    secret: bool
    mounted: bool = False
    optional: bool = False


class Manifest(Strict):
    """The content of the manifest. Every name that a part refers to must be declared."""

    schema_version: int = Field(alias="schema", ge=1, le=1)
    time_zone: str
    functions: dict[FunctionName, Function]
    topics: dict[ResourceName, Topic]
    subscriptions: dict[ResourceName, Subscription]
    schedules: dict[ResourceName, Schedule]
    settings: dict[SettingName, Setting]

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        faults = [*self._function_faults(), *self._subscription_faults(), *self._schedule_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _function_faults(self) -> list[str]:
        faults = []
        for name, function in self.functions.items():
            faults += [f"{name}: no setting {s} is declared" for s in function.settings if s not in self.settings]
            faults += [f"{name}: no topic {t} is declared" for t in function.publishes if t not in self.topics]
            if function.min_instances > function.max_instances:
                faults.append(f"{name}: min_instances is larger than max_instances")
        used = {s for function in self.functions.values() for s in function.settings}
        return faults + [f"setting {s} is used by no function" for s in self.settings if s not in used]

    def _subscription_faults(self) -> list[str]:
        faults = []
        for name, sub in self.subscriptions.items():
            if sub.topic not in self.topics:
                faults.append(f"{name}: no topic {sub.topic} is declared")
            elif sub.ordered != self.topics[sub.topic].ordered:
                faults.append(f"{name}: ordered must be as its topic says")
            if sub.dead_letter_topic is not None and sub.dead_letter_topic not in self.topics:
                faults.append(f"{name}: no topic {sub.dead_letter_topic} is declared")
            if (sub.dead_letter_topic is None) != (sub.max_delivery_attempts is None):
                faults.append(f"{name}: dead_letter_topic and max_delivery_attempts go together")
            if sub.minimum_backoff_seconds > sub.maximum_backoff_seconds:
                faults.append(f"{name}: minimum_backoff_seconds is larger than maximum_backoff_seconds")
            if sub.function is None:
                continue
            if sub.function not in self.functions:
                faults.append(f"{name}: no function {sub.function} is declared")
            elif self.functions[sub.function].timeout_seconds >= sub.ack_deadline_seconds:
                faults.append(f"{name}: the function's time-out must be shorter than ack_deadline_seconds")
        subscribed = {sub.topic for sub in self.subscriptions.values()}
        return faults + [
            f"topic {t} has no subscription: its messages would be lost" for t in self.topics if t not in subscribed
        ]

    def _schedule_faults(self) -> list[str]:
        return [
            f"{name}: no function {schedule.function} is declared"
            for name, schedule in self.schedules.items()
            if schedule.function not in self.functions
        ]


class ManifestError(Exception):
    """Raised if the manifest is invalid. `faults` lists every fault as text."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(path: Path = MANIFEST) -> Manifest:
    """Read and check a manifest. Raise ManifestError with every fault."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ManifestError([f"{path}: cannot be read: {error.strerror}"]) from error
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or path.name}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise ManifestError([part for fault in faults for part in fault.split("; ")]) from error


def json_schema() -> str:
    """Return the manifest's JSON Schema, as stored in infra/manifest.schema.json."""
    return json.dumps(Manifest.model_json_schema(by_alias=True), indent=2) + "\n"
