"""Translate between Terraform resources and Google's APIs: paths, request bodies, and values from responses.

`requests.json` has a row for every type. Its columns:

* `at`: path of the resource. Without it the service makes up the name
* `in`: path to create it at, if not the parent of `at`
* `policy`: the resource is a member in the policy at this path
* `query`, `queries`: the parameter that names a new resource, and further parameters
* `make`: HTTP method to create it, if not POST
* `own`: arguments that are not in the body
* `names`: properties with other names than their arguments, `block.argument` in a block
* `wrap`, `beside`, `wrap_change`: the property around the body, properties next to it, the same for a change
* `full`: an argument that has the full name in the body
* `given`: an argument that is in the body although it is also in paths
* `import`: the id for imports, if it differs from the id in the state
* `keyed`: a block that is a map, with the argument that is its key
* `then`, `change`: arguments with methods of their own
* `replace`, `unmasked`: a change sends the whole resource, or no mask
* `kept`, `reset`: never deleted, or deleted by emptying the properties in this mask
* `elsewhere`: a block that Google returns otherwise than given and that imports leave out. For a function, it names
  the bucket to which Google copied the source
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
"""Arguments that never appear in a request body: the provider uses them itself, or they are in the path."""

Values = dict[str, Any]
_STATES = {"ARCHIVED": False, "LIVE": True}
_VERSION = re.compile(r"^[a-z]+/(?:storage/|compute/)?v\d\w*/")
_WHOLE = frozenset({"service_account_id", "crypto_key_id", "id"})


def address(template: str, values: Values) -> str:
    """Return a path on the control plane, after filling the arguments into the template."""

    def part(found: re.Match[str]) -> str:
        value = str(values[found[1]])
        short = value if found[1] in _WHOLE or "/o/" in template else value.rpartition("/")[2]
        return short if found[1] in _WHOLE else quote(short, safe="")

    return re.sub(r"\{(\w+)\}", part, template)


def identity(kind: str, values: Values, answer: Values) -> str:
    """Return the id of a resource in Terraform's state, from its arguments and the API's response."""
    row = ROWS[kind]
    if "id" in row:
        return address(row["id"], values)
    return _VERSION.sub("", address(row["at"], values)) if "at" in row else str(answer["name"])


def place(kind: str, values: Values) -> str:
    row = ROWS[kind]
    if "at" in row:
        return address(row["at"], values)
    version = _VERSION.match(row["in"])
    return f"{version[0] if version else ''}{values['id']}"


def named(kind: str, imported: str) -> Values:
    """Return the arguments contained in the id of a resource to import. Raises ValueError for an id of another form."""
    row = ROWS[kind]
    template = row.get("import") or row.get("id") or _VERSION.sub("", row.get("at") or f"{row['in']}/{{_}}")
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/@ ]+)", re.escape(template))
    found = re.fullmatch(re.sub(r"(\(\?P<(\w+)>.*)\(\?P<\2>[^)]*\)", r"\1(?P=\2)", pattern), imported)
    if found is None:
        raise ValueError(f"{imported} is no id of {kind}")
    values = {name: value for name, value in found.groupdict().items() if name != "_"}
    return values | {"id": identity(kind, values, {"name": imported})}


def body(kind: str, block: Block, values: Values, unknown: type) -> Values:
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
            # The engine sends fractional numbers as text.
            sent = _camel_all(value) if isinstance(attribute.type, list) else _typed(attribute.type, value)
            _put(made, name, sent, row)
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
    """Return the API's property for a Terraform argument, as a dotted path if the property is nested."""
    return str(row.get("names", {}).get(name) or camel(name))


def _within(row: Values, block: str) -> Values:
    known = ((key.partition("."), given) for key, given in row.get("names", {}).items())
    return {"names": {inner: given for (outer, _, inner), given in known if outer == block and inner}}


def camel(name: str) -> str:
    """Return a name in camel case, as in Google's documents: `"push_config"` -> `"pushConfig"`."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _camel_all(value: Any) -> Any:
    if isinstance(value, list):
        return [
            {camel(key): _camel_all(inner) for key, inner in item.items()} if isinstance(item, dict) else item
            for item in value
        ]
    return value


def answered(block: Block, values: Values, answer: Values, row: Values, unknown: type) -> Values:
    """Return a resource's values, with unknown ones taken from the API's response where it has them."""
    found = dict(values)
    for name, attribute in block.attributes.items():
        value = _at(answer, prop(name, row))
        if isinstance(values.get(name), unknown) and value is not None:
            found[name] = _typed(attribute.type, value)
    for name, nested in block.blocks.items():
        value = _at(answer, prop(name, row))
        inner = value if isinstance(value, list) else [value]
        given = values.get(name)
        if isinstance(given, list) and nested.nesting == "list" and len(given) == len(inner):
            pairs = zip(given, inner, strict=True)
            within = _within(row, name)
            found[name] = [answered(nested.block, item, part or {}, within, unknown) for item, part in pairs]
    return found


def refreshed(kind: str, values: Values, answer: Values) -> Values:
    """Return the state of a resource after Terraform has read the resource again.

    An argument that holds JSON keeps only the properties that were given, with Google's values, as in the real
    provider.
    """
    name = ROWS[kind].get("json")
    if name is None:
        return values
    given = json.loads(values[name])
    left = _given(given, answer)
    return values if left == given else values | {name: json.dumps(left)}


def _given(given: Any, answer: Any) -> Any:
    """Return the properties of a response that the request had given.

    Properties added by the service are left out, so that they do not count as a difference.
    """
    if isinstance(given, dict) and isinstance(answer, dict):
        return {name: _given(item, answer[name]) for name, item in given.items() if name in answer}
    if isinstance(given, list) and isinstance(answer, list) and len(given) == len(answer):
        return [_given(*pair) for pair in zip(given, answer, strict=True)]
    return answer


def read(kind: str, block: Block, answer: Values) -> Values:
    row = ROWS[kind]
    own = (VIRTUAL | set(row.get("own", ()))) - set(row.get("given", ()))
    values = _read(block, answer, row, frozenset(row.get("elsewhere", ())))
    return {name: ([] if name in block.blocks else None) if name in own else item for name, item in values.items()}


def _read(block: Block, answer: Values, row: Values, elsewhere: frozenset[str]) -> Values:
    values: Values = {}
    for name, attribute in block.attributes.items():
        value = _at(answer, prop(name, row))
        values[name] = None if value is None or isinstance(value, dict) != _is_map(attribute.type) else value
        if values[name] is not None:
            values[name] = _typed(attribute.type, value)
    for name, nested in block.blocks.items():
        value = None if name in elsewhere else _at(answer, prop(name, row))
        values[name] = [_read(nested.block, item, _within(row, name), elsewhere) for item in _inner(nested, value)]
    return values


def _inner(nested: Nested, value: Any) -> list[Values]:
    if isinstance(value, dict) and nested.facts.get("max") != 1:
        return list(value.values())
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_map(kind: Any) -> bool:
    return isinstance(kind, list) and kind[0] == "map"


def _at(answer: Values, path: str) -> Any:
    found: Any = answer
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _typed(kind: Any, value: Any) -> Any:
    if kind == "number" and not isinstance(value, int):
        return int(value) if float(value).is_integer() else float(value)
    return str(value) if kind == "string" else value
