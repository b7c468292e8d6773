"""A provider for Terraform with the real schema and no cloud, so that wrong values are refused before a plan.

The provider refuses values that the real provider's validators (schema.py) or Google's servers (server_rules.py)
refuse. It speaks tfplugin6 over plain TCP. Values set only by the provider are unknown in a plan, and so is everything
derived from them, as with the real provider. An apply makes up values and keeps them in Terraform's state, where a
second plan, an import or a changed variable finds them. With a control plane (cloud.py), resources live there instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import msgpack
from tf.gen import tfplugin_pb2 as wire
from tf.gen import tfplugin_pb2_grpc as service

from infra.rehearsal.stub import requests, server_rules
from infra.rehearsal.stub.cloud import Cloud, GoogleRefusedError
from infra.rehearsal.stub.schema import Block, Nested, Schema, faults

UNKNOWN = msgpack.ExtType(0, b"\0")
_NESTING = {"list": wire.Schema.NestedBlock.LIST, "set": wire.Schema.NestedBlock.SET}

_MADE = {"uri": "https://made.run.app", "writer_identity": "serviceAccount:made@made.iam.gserviceaccount.com"}
"""Made-up values of arguments from which others are derived. The usual "made-uri" would fail the checks of those."""


class StubProvider(service.ProviderServicer):  # type: ignore[misc]  # its stubs are untyped
    def __init__(self, schema: Schema, cloud: Cloud | None = None) -> None:
        self._cloud = cloud
        self._provider = schema.provider
        self._resources = schema.resources
        self._data_sources = schema.data_sources

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        return wire.GetProviderSchema.Response(
            provider=_schema(self._provider),
            resource_schemas={name: _schema(block) for name, block in self._resources.items()},
            data_source_schemas={name: _schema(block) for name, block in self._data_sources.items()},
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        return wire.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        """Return an error for every value that the provider's validators or Google's servers refuse.

        The engine calls this again when a plan knows more values.
        """
        kind, values = request.type_name, _unpacked(request.config)
        found = [
            *faults(self._resources[kind], values, msgpack.ExtType),
            *server_rules.faults(kind, values, msgpack.ExtType),
        ]
        errors = [wire.Diagnostic(severity=wire.Diagnostic.ERROR, summary="Refused", detail=item) for item in found]
        return wire.ValidateResourceConfig.Response(diagnostics=errors)

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        return wire.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        if self._cloud:
            self._cloud.given = _unpacked(request.config)
        return wire.ConfigureProvider.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:
        state = json.loads(request.raw_state.json)
        return wire.UpgradeResourceState.Response(upgraded_state=_packed(state))

    def ReadResource(self, request: Any, context: Any) -> Any:
        if self._cloud is None:
            return wire.ReadResource.Response(new_state=request.current_state)
        values = _unpacked(request.current_state)
        try:
            answer = self._cloud.read(request.type_name, values)
        except GoogleRefusedError as refused:
            return wire.ReadResource.Response(new_state=request.current_state, diagnostics=[_refusal("read", refused)])
        refreshed = None if answer is None else requests.refreshed(request.type_name, values, answer)
        return wire.ReadResource.Response(new_state=_packed(refreshed))

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        """Return the proposed state with defaults filled in and the provider's own values unknown."""
        proposed, prior = _unpacked(request.proposed_new_state), _unpacked(request.prior_state)
        anew = []
        if proposed is not None:
            filled = _filled(self._resources[request.type_name], proposed, prior or {})
            proposed = _foretold(request.type_name, filled)
            # Of an imported resource only the names are known.
            known = {name: value for name, value in (prior or {}).items() if value not in (None, [])}
            anew = list(_anew(self._resources[request.type_name], known, proposed))
        steps = [wire.AttributePath(steps=[wire.AttributePath.Step(attribute_name=item)]) for item in anew]
        # Like the real provider, this one fills in defaults, which only the SDK's legacy type system allows.
        return wire.PlanResourceChange.Response(
            planned_state=_packed(proposed), requires_replace=steps, legacy_type_system=True
        )

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        """Return the planned state, with unknown values taken from the control plane or made up.

        If Google refuses, the state is as with the real provider: empty after a failed creation, the planned one after
        a failed change, and the former one after a failed deletion.
        """
        kind, planned, prior = request.type_name, _unpacked(request.planned_state), _unpacked(request.prior_state)
        refusals, left = [], planned
        if self._cloud:
            try:
                left = self._applied(self._cloud, kind, prior, planned)
            except GoogleRefusedError as refused:
                doing = "delete" if planned is None else "make" if prior is None else "change"
                refusals = [_refusal(doing, refused)]
                left = {"delete": prior, "make": None, "change": planned}[doing]
        made = left if left is None else _made(self._resources[kind], left)
        return wire.ApplyResourceChange.Response(new_state=_packed(made), legacy_type_system=True, diagnostics=refusals)

    def _applied(self, cloud: Cloud, kind: str, prior: Any, planned: Any) -> Any:
        block = self._resources[kind]
        if planned is None:
            cloud.delete(kind, prior)
            return None
        planned = cloud.completed(planned)
        answer = cloud.make(kind, block, planned) if prior is None else cloud.change(kind, block, prior, planned)
        found = requests.answered(block, planned, answer, requests.ROWS[kind], msgpack.ExtType)
        # Services have ids of their own, such as Compute Engine's numbers. Terraform's id is the resource's name.
        if "policy" not in requests.ROWS[kind]:
            found["id"] = requests.identity(kind, planned, answer)
        return found

    def ImportResourceState(self, request: Any, context: Any) -> Any:
        """Return the state of a resource to import. Without a control plane it holds only the names in the id."""
        block, name = self._resources[request.type_name], request.id.rpartition("/")[2]
        state: dict[str, Any] = dict.fromkeys(block.attributes)
        state |= {item: [] for item in block.blocks}
        names = {"id": request.id, "name": name, "secret_id": name}
        if self._cloud:
            names = self._cloud.completed(state) | requests.named(request.type_name, request.id)
            answer = self._cloud.read(request.type_name, names)
            state |= {} if answer is None else requests.read(request.type_name, block, answer)
        state |= {item: value for item, value in names.items() if item in state}
        imported = wire.ImportResourceState.ImportedResource(type_name=request.type_name, state=_packed(state))
        return wire.ImportResourceState.Response(imported_resources=[imported])

    def ReadDataSource(self, request: Any, context: Any) -> Any:
        """Return the data of a data source, with placeholders for strings that only the cloud would know."""
        kind, asked = request.type_name, _unpacked(request.config)
        block = self._data_sources[kind]
        if self._cloud:
            unknown = {name: UNKNOWN if value is None else value for name, value in asked.items()}
            answer = self._cloud.read(kind, asked)
            asked = requests.answered(block, unknown, answer or {}, requests.ROWS[kind], msgpack.ExtType)
            asked = {name: None if isinstance(value, msgpack.ExtType) else value for name, value in asked.items()}
        known = {
            name: f"known-after-login-{name}" if value is None and block.attributes[name].type == "string" else value
            for name, value in asked.items()
        }
        return wire.ReadDataSource.Response(state=_packed(known))

    def StopProvider(self, request: Any, context: Any) -> Any:
        return wire.StopProvider.Response()


def serve(provider: StubProvider) -> tuple[grpc.Server, str]:
    server = grpc.server(ThreadPoolExecutor(12), options=[("grpc.max_send_message_length", -1)])
    service.add_ProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


def _refusal(doing: str, refused: GoogleRefusedError) -> Any:
    return wire.Diagnostic(severity=wire.Diagnostic.ERROR, summary=f"Error when trying to {doing} it: {refused}")


def _packed(value: Any) -> Any:
    return wire.DynamicValue(msgpack=msgpack.packb(value))


def _unpacked(value: Any) -> Any:
    return msgpack.unpackb(value.msgpack, strict_map_key=False)


def _made(block: Block, values: dict[str, Any]) -> dict[str, Any]:
    made = {name: _known(name, block.attributes[name].type, values[name]) for name in block.attributes}
    for name, nested in block.blocks.items():
        inner = values.get(name)
        made[name] = [_made(nested.block, item) for item in inner] if isinstance(inner, list) else inner
    return made


def _known(name: str, kind: Any, value: Any) -> Any:
    if kind == "dynamic":
        return None
    if isinstance(value, dict):
        return {key: _known(key, "string", item) for key, item in value.items()}
    if not isinstance(value, msgpack.ExtType):
        return value
    if isinstance(kind, list):
        return {} if kind[0] == "map" else []
    return {"number": 1, "bool": False}.get(kind, _MADE.get(name, f"made-{name}"))


def _filled(block: Block, values: dict[str, Any], prior: dict[str, Any]) -> dict[str, Any]:
    filled = dict(values)
    for name, attribute in block.attributes.items():
        if filled.get(name) is None:
            filled[name] = UNKNOWN if attribute.computed else attribute.facts.get("default")
    for name, nested in block.blocks.items():
        inner, former = filled.get(name), prior.get(name) or []
        if isinstance(inner, list):
            filled[name] = [_element(nested, item, former, number) for number, item in enumerate(inner)]
    return filled


def _element(nested: Nested, values: dict[str, Any], former: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """Return an element of a nested block with defaults added.

    In a set, a former element with the same given values is preferred, because elements have no number there.
    """
    if nested.nesting == "list":
        return _filled(nested.block, values, former[number] if number < len(former) else {})
    filled = _filled(nested.block, values, {})
    return next((item for item in former if _same(filled, item)), filled)


def _same(planned: Any, there: Any) -> bool:
    if isinstance(planned, dict) and isinstance(there, dict):
        return all(_same(value, there.get(name)) for name, value in planned.items())
    if isinstance(planned, list) and isinstance(there, list):
        return len(planned) == len(there) and all(map(_same, planned, there))
    return isinstance(planned, msgpack.ExtType) or planned == there


def _anew(block: Block, known: dict[str, Any], proposed: dict[str, Any]) -> Iterator[str]:
    for name, value in known.items():
        nested = block.blocks.get(name)
        if nested is None:
            if block.attributes[name].facts.get("force_new") and proposed[name] != value:
                yield name
        elif nested.facts.get("force_new") or len(proposed[name]) != len(value):
            if nested.facts.get("force_new") and proposed[name] != value:
                yield name
        elif any(any(_anew(nested.block, *item)) for item in zip(value, proposed[name], strict=True)):
            yield name


def _foretold(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a resource's arguments together with values that the real provider knows before an apply.

    These are a service account's e-mail address and member name (since 6.8, magic-modules 11929).
    """
    if kind != "google_service_account":
        return values
    email = f"{values['account_id']}@{values['project']}.iam.gserviceaccount.com"
    return values | {"email": email, "member": f"serviceAccount:{email}"}


def _schema(block: Block) -> Any:
    return wire.Schema(version=0, block=_block(block))


def _block(block: Block) -> Any:
    return wire.Schema.Block(
        attributes=[
            wire.Schema.Attribute(
                name=name,
                type=json.dumps(attribute.type).encode(),
                required=attribute.required,
                optional=attribute.given and not attribute.required,
                computed=attribute.computed,
            )
            for name, attribute in block.attributes.items()
        ],
        block_types=[_nested(name, nested) for name, nested in block.blocks.items()],
    )


def _nested(name: str, nested: Nested) -> Any:
    return wire.Schema.NestedBlock(
        type_name=name,
        block=_block(nested.block),
        nesting=_NESTING[nested.nesting],
        min_items=nested.facts.get("min", 0),
        max_items=nested.facts.get("max", 0),
    )
