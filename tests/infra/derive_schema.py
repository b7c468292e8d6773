"""Write google_provider.json: the schema of a release of the Google provider, for the types that infra/gcp uses.

python -m tests.infra.derive_schema CHECKOUT VERSION             CHECKOUT is the provider's sources at that version
python -m tests.infra.derive_schema CHECKOUT VERSION differing   only the differences, into google_provider_next.json

The script reads the literals of the schemas and keeps only facts: names, types, required and computed arguments,
arguments that force a replacement, defaults, allowed values, patterns, ranges, and arguments that exclude or need
others. Blocks that infra/gcp does not use are left out, so run the script again after adding one.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from infra.paths import GCP
from tests.infra.go_literals import Call, Literal, Name, Reader

TARGET = GCP.parent / "rehearsal" / "stub" / "google_provider.json"
NEXT = TARGET.with_name("google_provider_next.json")
SOURCE = "https://github.com/hashicorp/terraform-provider-google"
_TYPES = {"TypeString": "string", "TypeInt": "number", "TypeFloat": "number", "TypeBool": "bool"}
_FLAGS = {"Required": "required", "Optional": "optional", "Computed": "computed", "ForceNew": "force_new"}
_TOGETHER = {
    "ConflictsWith": "conflicts_with",
    "ExactlyOneOf": "exactly_one_of",
    "AtLeastOneOf": "at_least_one_of",
    "RequiredWith": "required_with",
}
_GCE_NAME = r"^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"
_NAMED: dict[str, dict[str, Any]] = {
    "verify.ValidateGCEName": {"pattern": _GCE_NAME},
    "verify.ValidateIAMCustomRoleID": {"pattern": r"^[a-zA-Z0-9_\.]{3,64}$"},
    "verify.ValidateDuration": {"pattern": r"^-?\d+(\.\d+)?(ns|us|ms|s|m|h)$"},
    "validateIAMMember": {
        "pattern": r"^(?!deleted).*(.+:.+|projectOwners|projectReaders|projectWriters|all(Authenticated)?Users)"
    },
    "validateProjectServiceService": {"pattern": r"^[^/]+\.[^/]+$"},
    "validation.StringIsJSON": {"json": True},
}
"""Validators that are functions of the provider itself, with the facts that they check."""


def _one_of(values: Literal, *_: Any) -> dict[str, Any]:
    return {"enum": values.listed}


def _range(low: Any, high: Any = None) -> dict[str, Any]:
    return {"range": [low, high if isinstance(high, int | float) else None]}


def _pattern(pattern: Any) -> dict[str, Any] | None:
    # A pattern that is composed of constants is not read.
    return {"pattern": pattern} if isinstance(pattern, str) else None


_VALIDATORS: dict[str, Callable[..., dict[str, Any] | None]] = {
    "verify.ValidateEnum": _one_of,
    "validation.StringInSlice": _one_of,
    "verify.ValidateRegexp": _pattern,
    "validation.IntBetween": _range,
    "validation.FloatBetween": _range,
    "validation.IntAtLeast": _range,
    "validation.StringLenBetween": lambda low, high: {"length": [low, high]},
    "verify.ValidateRFC1035Name": lambda low, high: {
        "pattern": rf"^[a-z](?:[-a-z0-9]{{{low - 2},{high - 2}}}[a-z0-9])$"
    },
}
"""Functions of the provider that make a validator from arguments."""


class Checkout:
    def __init__(self, root: Path) -> None:
        self._google = root / "google"
        self._registered = (self._google / "provider" / "provider_mmv1_resources.go").read_text()
        self._packages: dict[str, str] = {}
        self.unread: set[str] = set()

    def resource(self, kind: str, used: set[str], *, data: bool = False) -> dict[str, Any]:
        prefix = "DataSource" if data else "Resource"
        made = re.search(rf'"{kind}":\s+([\w.]*{prefix}\w+)\((.*)\),', self._registered)
        if made is None:
            raise KeyError(kind)
        package, _, function = made[1].partition(".")
        if package == "tpgiamresource":
            parent, _, schema = made[2].split(",")[0].partition(".")
            base = "IamMemberBaseSchema" if function == "ResourceIamMember" else "iamAuditConfigSchema"
            keyed = {**self._variable(package, base).keyed, **self._variable(parent, schema).keyed}
            package = parent
        elif made[2]:
            # One resource of several parents: the common arguments and those of this parent.
            body = self._text(package).partition(f"\nfunc {function}(")[2]
            common = re.search(r"MergeSchemas\((\w+), ", body)
            assert common
            own = made[2].split(",")[0].rpartition(".")[2]
            keyed = {**self._variable(package, common[1]).keyed, **self._variable(package, own).keyed}
        else:
            keyed = self._keyed(package, function)
        block = self._block(package, keyed, used)
        block["attributes"].setdefault("id", {"type": "string", "computed": True, "optional": True})
        return block

    def provider(self) -> dict[str, Any]:
        """Return the schema of the provider itself, without custom endpoints."""
        keyed = self._keyed("provider", "Provider")
        entries = {name: item for name, item in keyed.items() if "endpoint" not in name.lower()}
        return self._block("provider", entries, set())

    def _keyed(self, package: str, function: str) -> dict[str, Any]:
        text = self._text(package)
        start = text.index(f"\nfunc {function}() ")
        body = text[start : text.index("\n}\n", start)]
        copied = re.search(r"DatasourceSchemaFromResourceSchema\((\w+)\(\)", body)
        if not copied:
            made = re.search(r"\bSchema:\s+(\w+)\(\)", body)
            keyed: dict[str, Any] = (
                self._made(package, Name(made[1])) if made else self._schema_after(text, start)
            ).keyed
            for added in re.finditer(r'\.Schema\["(\w+)"\] = ', body):
                keyed[added[1]] = Reader(body, added.end()).value()
            return keyed
        keyed = self._keyed(package, copied[1])
        for item in keyed.values():
            item.keyed = {key: fact for key, fact in item.keyed.items() if key in {"Type", "Elem"}} | {"Computed": True}
        for how, names in re.findall(r"Add(Optional|Required)FieldsToSchema\(\w+, (.*)\)", body):
            for name in re.findall(r'"(\w+)"', names):
                keyed[name].keyed |= {how: True, "Computed": False}
        return keyed

    def _text(self, package: str) -> str:
        if package not in self._packages:
            places = [self._google / package, self._google / "services" / package]
            files = [
                path for place in places for path in sorted(place.glob("*.go")) if not path.name.endswith("_test.go")
            ]
            self._packages[package] = "\n".join(file.read_text() for file in files)
        return self._packages[package]

    def _schema_after(self, text: str, start: int) -> Literal:
        found = re.compile(r"map\[string\]\*schema\.Schema\{").search(text, start)
        assert found
        literal: Literal = Reader(text, found.start()).value()
        return literal

    def _variable(self, package: str, name: str) -> Literal:
        text = self._text(package)
        found = re.search(rf"^(?:var )?{name} = ", text, re.MULTILINE) or re.search(rf"\b{name} = ", text)
        assert found, name
        literal: Literal = Reader(text, found.end()).value()
        return literal

    def _block(self, package: str, keyed: dict[str, Any], used: set[str]) -> dict[str, Any]:
        attributes, blocks = {}, {}
        for name, item in keyed.items():
            entry = item if isinstance(item, Literal) else self._made(package, item)
            inner = self._inner(package, entry.keyed.get("Elem"))
            flags = {_FLAGS[flag]: True for flag in _FLAGS if entry.keyed.get(flag) is True}
            as_attribute = "computed" in flags and "optional" not in flags
            if "computed" not in flags:
                flags.pop("optional", None)
            if inner is None or as_attribute or "SchemaConfigModeAttr" in str(entry.keyed.get("ConfigMode")):
                attributes[name] = {"type": self._type(package, entry), **flags, **self._facts(entry)}
            elif name in used:
                nesting = "set" if entry.keyed["Type"].name == "schema.TypeSet" else "list"
                bounds = {
                    key: entry.keyed[word]
                    for word, key in (("MinItems", "min"), ("MaxItems", "max"))
                    if word in entry.keyed
                }
                if "required" in flags:
                    bounds.setdefault("min", 1)
                blocks[name] = {
                    "nesting": nesting,
                    **bounds,
                    **flags,
                    **self._together(entry),
                    **self._block(package, inner, used),
                }
        return {"attributes": attributes, **({"blocks": blocks} if blocks else {})}

    def _made(self, package: str, made: Any) -> Literal:
        text = self._text(package)
        found = re.search(rf"^func {made.name}\(.*?return ", text, re.MULTILINE | re.DOTALL)
        assert found, made
        literal: Literal = Reader(text, found.end()).value()
        return literal

    def _inner(self, package: str, element: Any) -> dict[str, Any] | None:
        if isinstance(element, Call):
            element = self._made(package, element)
        if isinstance(element, Name):
            element = self._variable(package, element.name)
        if isinstance(element, Literal) and element.kind.endswith("schema.Resource"):
            schema = element.keyed["Schema"]
            keyed: dict[str, Any] = (schema if isinstance(schema, Literal) else self._made(package, schema)).keyed
            return keyed
        return None

    def _type(self, package: str, entry: Literal) -> Any:
        kind = entry.keyed["Type"].name.removeprefix("schema.")
        if kind in _TYPES:
            return _TYPES[kind]
        word = {"TypeMap": "map", "TypeList": "list", "TypeSet": "set"}[kind]
        element = entry.keyed.get("Elem")
        inner = self._inner(package, element)
        if inner is not None:
            return [word, ["object", {name: self._type(package, item) for name, item in inner.items()}]]
        return [word, self._type(package, element) if isinstance(element, Literal) else "string"]

    def _facts(self, entry: Literal) -> dict[str, Any]:
        default = entry.keyed.get("Default")
        facts = {} if default is None or isinstance(default, Name) else {"default": default}
        check = entry.keyed.get("ValidateFunc", entry.keyed.get("ValidateDiagFunc"))
        element = entry.keyed.get("Elem")
        if check is None and isinstance(element, Literal):
            check = element.keyed.get("ValidateFunc")
        return {**facts, **self._check(check), **self._together(entry)}

    def _together(self, entry: Literal) -> dict[str, Any]:
        return {
            word: entry.keyed[key].listed
            for key, word in _TOGETHER.items()
            if key in entry.keyed and entry.keyed[key].listed
        }

    def _check(self, check: Any) -> dict[str, Any]:
        """Return the facts that a validator checks, or {} for an unknown validator, which is noted in `unread`."""
        if isinstance(check, Call):
            validator = _VALIDATORS.get(check.name)
            facts = validator(*check.arguments) if validator else _NAMED.get(check.name)
        else:
            facts = {} if check is None else _NAMED.get(check.name)
        if facts is None:
            self.unread.add(check.name)
        return facts or {}


def used() -> Iterator[tuple[str, bool, set[str]]]:
    """Yield the types that infra/gcp uses: name, whether it is a data source, and names of the blocks in it."""
    text = "\n".join(path.read_text() for path in sorted(GCP.rglob("*.tf")))
    found: dict[tuple[str, bool], set[str]] = {}
    for part in re.split(r"^(?=\w)", text, flags=re.MULTILINE):
        head = re.match(r'(resource|data) "(google_\w+)"', part)
        if head:
            names = found.setdefault((head[2], head[1] == "data"), set())
            names |= {"condition"} if "_iam_" in head[2] else set()
            names |= set(re.findall(r"^\s+(\w+) \{", part, re.MULTILINE)) | set(re.findall(r'dynamic "(\w+)"', part))
    for (kind, data), names in sorted(found.items()):
        yield kind, data, names


def main(arguments: list[str]) -> int:
    """Write the schema as JSON, and print the names of validators that the script does not know."""
    root, version, *differing = arguments
    checkout = Checkout(Path(root))
    made: dict[str, Any] = {"provider": checkout.provider(), "resources": {}, "data_sources": {}}
    for kind, data, names in used():
        made["data_sources" if data else "resources"][kind] = checkout.resource(kind, names, data=data)
    head = {"source": SOURCE, "version": version}
    if differing:
        former = json.loads(TARGET.read_text())
        NEXT.write_text(_written(head | {"differing": dict(_differing(former, head | made))}) + "\n")
    else:
        TARGET.write_text(_written(head | made) + "\n")
    sys.stdout.write("\n  ".join(["not understood:", *sorted(checkout.unread)]) + "\n")
    return 0


def _differing(former: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and new value of the facts that differ, with None for a removed fact."""
    for name in sorted({*former, *now} - ({"source", "version"} if not path else set())):
        before, after = former.get(name), now.get(name)
        inner = f"{path}.{name}" if path else name
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _differing(before, after, inner)
        elif _in_order(name, before) != _in_order(name, after):
            yield inner, after


def _in_order(name: str, value: Any) -> Any:
    return sorted(value) if name in _TOGETHER.values() and value else value


def _written(value: Any, depth: int = 0) -> str:
    if not (isinstance(value, dict) and any(isinstance(item, dict) for item in value.values())):
        return json.dumps(value, ensure_ascii=False)
    lines = (f"{' ' * (depth + 1)}{json.dumps(key)}: {_written(value[key], depth + 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(lines) + f"\n{' ' * depth}}}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
