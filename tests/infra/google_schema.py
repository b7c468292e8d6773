"""The schema of the Google provider for Terraform, derived from the bindings that PyPI carries.

`cdktf-cdktf-provider-google` is generated from the provider (hashicorp/google 6.50.0). Of its compiled classes this
reads names, types, what is a block, what is required and what the provider alone sets. Not in there: allowed values,
conflicts between arguments, and which optional arguments the provider fills in (`FILLED_IN` names those that we read).
"""

from __future__ import annotations

import importlib.metadata
import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PACKAGE = "cdktf-cdktf-provider-google"
FILLED_IN = frozenset({"id", "project", "region", "etag", "name", "location", "service_account_email", "uri"})

_SIMPLE = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
_ENTRY = re.compile(
    r"(\w+): \{\s+value: (?P<value>.+?),\s+isBlock: (?P<block>true|false),\s+"
    r'type: "(?P<type>\w+)",\s+storageClassType: "(?P<storage>\w+)",\s+\}',
    re.DOTALL,
)
_MAPPER = re.compile(r"(\w+)ToHclTerraform")
_DOCUMENTED = re.compile(r"#(?P<snake>\w+) [\w.]+#\w+\}(?:(?!readonly).)*?readonly \w+(?P<optional>\??):", re.DOTALL)
_COMPUTED = re.compile(
    r"// (?P<snake>\w+) - computed: true, optional: false, required: false\s+"
    r"(?:this\._\w+ = new (?P<made>[\w.]+)\(|get \w+\(\) \{\s+return (?:cdktf\.\w+\()*this\.get(?P<got>\w+)Attribute\()"
)
_GOT = {"String": "string", "Number": "number", "Boolean": "bool", "List": ["list", "string"]}
_MADE = {
    "cdktf.StringMap": ["map", "string"],
    "cdktf.BooleanMap": ["map", "bool"],
    "cdktf.NumberMap": ["map", "number"],
}


@dataclass(frozen=True)
class Attribute:
    """`type` is cty's JSON form; `computed`: the provider alone sets it."""

    type: Any
    required: bool = False
    computed: bool = False


@dataclass(frozen=True)
class Nested:
    """A block in a block; `nesting` is list, set or single."""

    block: Block
    nesting: str
    required: bool
    single: bool


@dataclass(frozen=True)
class Block:
    """Attributes and blocks by name."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: dict[str, Nested] = field(default_factory=dict)


class UnknownTypeError(KeyError):
    """The provider has no such resource or data source."""


def schemas(resources: Iterable[str], data_sources: Iterable[str] = ()) -> tuple[dict[str, Block], dict[str, Block]]:
    """The schemas of these types, and of the provider itself as `google` among the resources.

    Raises UnknownTypeError for a type that the provider does not have.
    """
    wanted = {_folder(name): (name, False) for name in resources}
    wanted |= {"data-" + _folder(name, keep=True): (name, True) for name in data_sources}
    wanted["provider"] = ("google", False)
    found: tuple[dict[str, Block], dict[str, Block]] = ({}, {})
    sources = _sources(set(wanted))
    for folder, (name, data) in wanted.items():
        if folder not in sources:
            raise UnknownTypeError(name)
        found[data][name] = _Source(*sources[folder]).root()
    return found


def _folder(name: str, *, keep: bool = False) -> str:
    return (name if keep else name.removeprefix("google_")).replace("_", "-")


def _sources(folders: set[str]) -> dict[str, tuple[str, str]]:
    files: dict[tuple[str, str], str] = {}
    wanted = {
        f"package/lib/{folder}/{name}": (folder, name) for folder in folders for name in ("index.js", "index.d.ts")
    }
    with tarfile.open(_archive()) as archive:
        for member in archive:
            key = wanted.get(member.name)
            content = archive.extractfile(member) if key else None
            if key and content:
                files[key] = content.read().decode()
    complete = {folder for folder, _ in files}
    return {folder: (files[folder, "index.js"], files[folder, "index.d.ts"]) for folder in complete}


def _archive() -> str:
    for file in importlib.metadata.files(PACKAGE) or []:
        if file.name.endswith(".jsii.tgz"):
            return str(file.locate())
    raise FileNotFoundError(f"{PACKAGE} holds no archive of its classes")


class _Source:
    """One resource's compiled class and its declarations."""

    def __init__(self, script: str, declarations: str) -> None:
        self._script = script
        self._declarations = declarations

    def root(self) -> Block:
        """The resource itself."""
        body = self._between("synthesizeHclAttributes() {", "// remove undefined attributes")
        start = re.search(r"class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider) \{", self._script)
        if start is None:
            raise ValueError("no resource's class")
        name = start[1]
        return self._block(body, f"{name}Config", self._script[start.start() :])

    def _between(self, start: str, end: str) -> str:
        begin = self._script.index(start)
        return self._script[begin : self._script.index(end, begin)]

    def _block(self, body: str, interface: str, klass: str) -> Block:
        required = self._required(interface)
        attributes, blocks = {}, {}
        for entry in _ENTRY.finditer(body):
            name, kind = entry[1], entry["type"]
            mapper = _MAPPER.search(entry["value"].replace("cdktf.", ""))
            if entry["block"] == "true" and mapper:
                nesting = {"list": "list", "set": "set"}.get(kind, "single")
                single = "MapperHcl" not in entry["value"]
                blocks[name] = Nested(self._nested(mapper[1]), nesting, name in required, single)
            else:
                attributes[name] = Attribute(_type(kind, entry["storage"]), required=name in required)
        for found in _COMPUTED.finditer(klass):
            kind = _MADE.get(found["made"], "dynamic") if found["made"] else _GOT.get(found["got"], "dynamic")
            attributes.setdefault(found["snake"], Attribute(kind, computed=True))
        return Block(attributes, blocks)

    def _nested(self, mapper: str) -> Block:
        body = self._between(f"function {mapper}ToHclTerraform(struct)", "\n}\n")
        name = mapper[0].upper() + mapper[1:]
        start = self._script.find(f"class {name}OutputReference ")
        klass = (
            self._script[start : self._script.find(f"exports.{name}OutputReference = ", start)] if start >= 0 else ""
        )
        return self._block(body, name, klass)

    def _required(self, interface: str) -> set[str]:
        found = re.search(rf"export interface {interface}\b.*?\n\}}", self._declarations, re.DOTALL)
        if found is None:
            return set()
        return {each["snake"] for each in _DOCUMENTED.finditer(found[0]) if not each["optional"]}


def _type(kind: str, storage: str) -> Any:
    if kind == "simple":
        return _SIMPLE[storage]
    element = _SIMPLE.get(storage.removesuffix("List").removesuffix("Map"), "dynamic")
    return "dynamic" if element == "dynamic" else [kind, element]
