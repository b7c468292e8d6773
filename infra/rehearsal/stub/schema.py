"""The schema of the Google provider for Terraform, for the types that infra/gcp uses, read from google_provider.json.

The file names its source and version. `derive_schema.py` writes it from the provider's sources, validators included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("google_provider.json")
NEXT = Path(__file__).with_name("google_provider_next.json")
"""How the schema of the provider's next major version differs, from its newest release that could be read."""
Facts = dict[str, Any]


@dataclass(frozen=True)
class Attribute:
    """An argument of a resource.

    `type` is in the JSON form of cty, Terraform's type system. `facts` come from the schema: computed, force_new,
    default, enum and so on.
    """

    type: Any
    facts: Facts

    @property
    def required(self) -> bool:
        return bool(self.facts.get("required"))

    @property
    def computed(self) -> bool:
        """Whether the provider fills in the argument if it is not given."""
        return bool(self.facts.get("computed"))

    @property
    def given(self) -> bool:
        """Whether a configuration may give the argument."""
        return not self.computed or bool(self.facts.get("optional"))


@dataclass(frozen=True)
class Nested:
    """A block nested in a block. `nesting` is "list" or "set"."""

    block: Block
    nesting: str
    facts: Facts


@dataclass(frozen=True)
class Block:
    """The arguments and nested blocks of a resource or block, by name."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: dict[str, Nested] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    version: str
    provider: Block
    resources: dict[str, Block]
    data_sources: dict[str, Block]


def load(*, following: bool = False) -> Schema:
    """Return the schema in google_provider.json. With `following`, return that of the provider's next major version."""
    content = json.loads(FILE.read_text())
    if following:
        later = json.loads(NEXT.read_text())
        content["version"] = later["version"]
        for path, facts in later["differing"].items():
            _put(content, path.split("."), facts)
    kinds = ({name: _block(item) for name, item in content[kind].items()} for kind in ("resources", "data_sources"))
    return Schema(content["version"], _block(content["provider"]), *kinds)


def _put(content: Facts, path: list[str], facts: Any) -> None:
    *outer, last = path
    for name in outer:
        content = content[name]
    if facts is None:
        del content[last]
    else:
        content[last] = facts


def _block(content: Facts) -> Block:
    return Block(
        {name: Attribute(item["type"], item) for name, item in content["attributes"].items()},
        {name: Nested(_block(item), item["nesting"], item) for name, item in content.get("blocks", {}).items()},
    )


def faults(block: Block, values: Facts, unknown: type) -> Iterator[str]:
    """Yield an error for every value that the provider's validators refuse. Values not known yet are skipped."""
    yield from _faults(block, values, values, "", unknown)


def _faults(block: Block, values: Facts, root: Facts, path: str, unknown: type) -> Iterator[str]:
    for name, attribute in block.attributes.items():
        value = values.get(name)
        if value is None or isinstance(value, unknown):
            continue
        yield from (f"{path}{name}: {words}" for words in _refused(attribute, value, unknown))
        yield from (f"{path}{name}: {words}" for words in _together(attribute.facts, root, unknown))
    for name, nested in block.blocks.items():
        inner = values.get(name) or []
        if isinstance(inner, unknown):
            continue
        if inner:
            yield from (f"{path}{name}: {words}" for words in _together(nested.facts, root, unknown))
        for number, item in enumerate(inner):
            if not isinstance(item, unknown):
                yield from _faults(nested.block, item, root, f"{path}{name}.{number}.", unknown)


def _refused(attribute: Attribute, value: Any, unknown: type) -> Iterator[str]:
    facts = attribute.facts
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, (unknown, dict)) or (facts.get("or_empty") and not item):
            continue
        if "enum" in facts and item not in facts["enum"]:
            yield f"expected to be one of {facts['enum']}, got {item}"
        if "pattern" in facts and not re.search(facts["pattern"], item):
            yield f"{item!r} does not match {facts['pattern']}"
        if "range" in facts and not _within(item, *facts["range"]):
            yield f"{item} is not in the range {facts['range']}"
        if "length" in facts and not _within(len(item), *facts["length"]):
            yield f"a length of {len(item)} is not in the range {facts['length']}"
        if facts.get("json") and not _is_json(item):
            yield "is no JSON"


def _within(value: float, low: float, high: float | None) -> bool:
    return low <= value and (high is None or value <= high)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _together(facts: Facts, root: Facts, unknown: type) -> Iterator[str]:
    def given(path: str) -> bool:
        return _at(root, path, unknown) not in (None, [], "", False)

    yield from (f"conflicts with {item}" for item in facts.get("conflicts_with", ()) if given(item))
    yield from (f"{item} must be given too" for item in facts.get("required_with", ()) if not given(item))
    one = [item for item in facts.get("exactly_one_of", ()) if given(item)]
    if len(one) > 1:
        yield f"only one of {one} can be given"


def _at(values: Any, path: str, unknown: type) -> Any:
    for step in path.split("."):
        if values is None or isinstance(values, unknown):
            return values
        if isinstance(values, list):
            values = values[int(step)] if int(step) < len(values) else None
        else:
            values = values.get(step)
    return values
