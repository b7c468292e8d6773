"""What a resource of Terraform is in Google's interfaces: its address, its body, and what an answer says of it.

`requests.json` has a row for each type. `at`: where it is; `in`: where it is made, where that is not the folder above;
without `at` the service makes up its name. `policy`: it is a member of the policy there. `query`: the parameter that
names a new one; `queries`: further ones. `make`: the verb, if not POST. `own`: arguments that are no part of the body;
`names`: properties that are not called as the arguments are, `block.argument` in a block. `beside`, `wrap`,
`wrap_change`: the body wraps it.
`full`: an argument that the body has with the whole name; `given`: one that is in the body though it is in addresses.
`import`: the id to import by, where it is another than the one that is kept. `keyed`: a block that is a map by this
argument. `then`, `change`: arguments with verbs of their own. `replace`: changed as a whole; `unmasked`: with no mask.
`kept`: never deleted; `reset`: deleted by emptying what the mask names.
`elsewhere`: a block that Google tells otherwise than it was given, so that what is imported differs: of a function
it names the bucket of its own to which it copied the source.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.rehearsal.stub.schema import Block, Nested

ROWS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("requests.json").read_text())
VIRTUAL = frozenset(
    {"deletion_policy", "deletion_protection", "detect_md5hash", "disable_on_destroy", "disable_dependent_services"}
    | {"effective_labels", "force_delete", "force_destroy", "id", "location", "project", "region", "terraform_labels"}
    | {"create_ignore_already_exists", "project_id", "schema_version"}
)
"""Arguments that are the provider's own, or part of addresses."""

Values = dict[str, Any]
_STATES = {"ARCHIVED": False, "LIVE": True}
_VERSION = re.compile(r"^[a-z]+/(?:storage/|compute/)?v\d\w*/")
_WHOLE = frozenset({"service_account_id", "crypto_key_id", "id"})


def address(template: str, values: Values) -> str:
    """Return a path on the control plane."""

    def part(found: re.Match[str]) -> str:
        value = str(values[found[1]])
        short = value if found[1] in _WHOLE or "/o/" in template else value.rpartition("/")[2]
        return short if found[1] in _WHOLE else quote(short, safe="")

    return re.sub(r"\{(\w+)\}", part, template)


def identity(kind: str, values: Values, answer: Values) -> str:
    """Return the id that Terraform keeps."""
    row = ROWS[kind]
    if "id" in row:
        return address(row["id"], values)
    return _VERSION.sub("", address(row["at"], values)) if "at" in row else str(answer["name"])


def place(kind: str, values: Values) -> str:
    """Return where a resource is."""
    row = ROWS[kind]
    if "at" in row:
        return address(row["at"], values)
    version = _VERSION.match(row["in"])
    return f"{version[0] if version else ''}{values['id']}"


def named(kind: str, imported: str) -> Values:
    """Return the arguments that an id to be imported says."""
    row = ROWS[kind]
    template = row.get("import") or row.get("id") or _VERSION.sub("", row.get("at") or f"{row['in']}/{{_}}")
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/@ ]+)", re.escape(template))
    found = re.fullmatch(re.sub(r"(\(\?P<(\w+)>.*)\(\?P<\2>[^)]*\)", r"\1(?P=\2)", pattern), imported)
    if found is None:
        raise ValueError(f"{imported} is no id of {kind}")
    values = {name: value for name, value in found.groupdict().items() if name != "_"}
    return values | {"id": identity(kind, values, {"name": imported})}


def body(kind: str, block: Block, values: Values, unknown: type) -> Values:
    """Return a resource as its service takes it, without what is not known yet."""
    row = ROWS[kind]
    if "json" in row:
        found: Values = json.loads(values[row["json"]])
        return found
    own = (VIRTUAL | set(row.get("own", ()))) - set(row.get("given", ()))
    made = _body(block, {name: item for name, item in values.items() if name not in own}, row, unknown)
    if "full" in row:
        made[row["full"]] = _VERSION.sub("", place(kind, values))
    if kind == "google_firestore_field":
        for item in made.get("indexConfig", {}).get("indexes", ()):
            way = {name: item.pop(name) for name in ("order", "arrayConfig") if name in item}
            item["fields"] = [{"fieldPath": values["field"]} | way]
    return made


def _body(block: Block, values: Values, row: Values, unknown: type) -> Values:
    made: Values = {}
    for name, attribute in block.attributes.items():
        value = values.get(name)
        if attribute.given and not isinstance(value, unknown) and value not in (None, "", [], {}):
            # The engine sends a number that is no whole one as text.
            told = _camel_all(value) if isinstance(attribute.type, list) else _typed(attribute.type, value)
            _put(made, name, told, row)
    for name, nested in block.blocks.items():
        inner = [_body(nested.block, item, _within(row, name), unknown) for item in values.get(name) or ()]
        if inner and name in row.get("keyed", {}):
            _put(made, name, {item[row["keyed"][name]]: item for item in inner}, row)
        elif inner or (nested.facts.get("max") != 1 and name in values and values[name]):
            _put(made, name, inner[0] if nested.facts.get("max") == 1 else inner, row)
    return made


def _put(made: Values, name: str, value: Any, row: Values) -> None:
    if name == "with_state":
        made["isLive"] = _STATES[value]
        return
    *outer, last = prop(name, row).split(".")
    for item in outer:
        made = made.setdefault(item, {})
    made[last] = value


def prop(name: str, row: Values) -> str:
    """Return the property that an argument is, with dots where it lies deeper."""
    return str(row.get("names", {}).get(name) or camel(name))


def _within(row: Values, block: str) -> Values:
    """Return the row of a block: the names that the whole row has for its arguments."""
    known = ((key.partition("."), given) for key, given in row.get("names", {}).items())
    return {"names": {inner: given for (outer, _, inner), given in known if outer == block and inner}}


def camel(name: str) -> str:
    """Return the name of a property as the documents write it."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _camel_all(value: Any) -> Any:
    if isinstance(value, list):
        return [
            {camel(key): _camel_all(inner) for key, inner in item.items()} if isinstance(item, dict) else item
            for item in value
        ]
    return value


def answered(block: Block, values: Values, answer: Values, row: Values, unknown: type) -> Values:
    """Return values in which what was not known is as an answer says, where it does."""
    found = dict(values)
    for name, attribute in block.attributes.items():
        told = _at(answer, prop(name, row))
        if isinstance(values.get(name), unknown) and told is not None:
            found[name] = _typed(attribute.type, told)
    for name, nested in block.blocks.items():
        told = _at(answer, prop(name, row))
        inner = told if isinstance(told, list) else [told]
        given = values.get(name)
        if isinstance(given, list) and nested.nesting == "list" and len(given) == len(inner):
            pairs = zip(given, inner, strict=True)
            within = _within(row, name)
            found[name] = [answered(nested.block, item, said or {}, within, unknown) for item, said in pairs]
    return found


def refreshed(kind: str, values: Values, answer: Values) -> Values:
    """Return a state after a refresh: JSON is what Google tells of what was given, as the real provider compares it."""
    name = ROWS[kind].get("json")
    if name is None:
        return values
    given = json.loads(values[name])
    left = _given(given, answer)
    return values if left == given else values | {name: json.dumps(left)}


def _given(given: Any, told: Any) -> Any:
    """Return of what is told the part that was given: what a service adds is no difference."""
    if isinstance(given, dict) and isinstance(told, dict):
        return {name: _given(item, told[name]) for name, item in given.items() if name in told}
    if isinstance(given, list) and isinstance(told, list) and len(given) == len(told):
        return [_given(*pair) for pair in zip(given, told, strict=True)]
    return told


def read(kind: str, block: Block, answer: Values) -> Values:
    """Return all that an answer says of a resource that is to be imported."""
    row = ROWS[kind]
    own = (VIRTUAL | set(row.get("own", ()))) - set(row.get("given", ()))
    values = _read(block, answer, row, frozenset(row.get("elsewhere", ())))
    return {name: ([] if name in block.blocks else None) if name in own else item for name, item in values.items()}


def _read(block: Block, answer: Values, row: Values, elsewhere: frozenset[str]) -> Values:
    values: Values = {}
    for name, attribute in block.attributes.items():
        told = _at(answer, prop(name, row))
        values[name] = None if told is None or isinstance(told, dict) != _is_map(attribute.type) else told
        if values[name] is not None:
            values[name] = _typed(attribute.type, told)
    for name, nested in block.blocks.items():
        told = None if name in elsewhere else _at(answer, prop(name, row))
        values[name] = [_read(nested.block, item, _within(row, name), elsewhere) for item in _inner(nested, told)]
    return values


def _inner(nested: Nested, told: Any) -> list[Values]:
    if isinstance(told, dict) and nested.facts.get("max") != 1:
        return list(told.values())
    return told if isinstance(told, list) else [] if told is None else [told]


def _is_map(kind: Any) -> bool:
    return isinstance(kind, list) and kind[0] == "map"


def _at(answer: Values, path: str) -> Any:
    found: Any = answer
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _typed(kind: Any, told: Any) -> Any:
    if kind == "number" and not isinstance(told, int):
        return int(told) if float(told).is_integer() else float(told)
    return str(told) if kind == "string" else told
