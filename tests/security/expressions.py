"""All regular expressions of the deployed code, collected from its syntax trees, with texts to test them."""

from __future__ import annotations

import ast
import importlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import permutations, product
from typing import Any

from infra.paths import FUNCTIONS
from petitions.domain.clock.fault_words import in_words
from petitions.domain.language.masking import mask
from petitions.domain.language.redaction import masked
from tests.security.hostile import CLASSES, STRANGE, repeated

op: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
"""Python's own parser of expressions, which has no type hints."""

_SCANS = {"search": "finditer", "findall": "finditer", "split": "finditer", "sub": "finditer", "subn": "finditer"}
"""Methods that search the whole text. They are all measured as `finditer`."""
_USED = frozenset({"match", "fullmatch", "finditer", *_SCANS})

MADE_IN_FUNCTIONS: dict[str, Callable[[str], object]] = {
    "petitions/domain/language/redaction.py:_pattern": masked,
    "petitions/domain/language/masking.py:mask": lambda text: mask(text, [text[:100], "Nguyễn Văn A"]),
    "petitions/domain/clock/fault_words.py:in_words": lambda text: in_words(text, {}),
}
"""Functions that build expressions at run time, with a call that builds an example."""


@dataclass(frozen=True)
class Expression:
    """A regular expression of the code. `where` is its file and line, `ways` are the methods called on it."""

    where: str
    form: re.Pattern[Any]
    ways: frozenset[str]

    def run(self, way: str, text: str) -> None:
        subject = text.encode("latin-1", "replace") if isinstance(self.form.pattern, bytes) else text
        if way == "finditer":
            for _ in self.form.finditer(subject):
                pass
        else:
            getattr(self.form, way)(subject)


def collected() -> tuple[list[Expression], set[str]]:
    """Return the expressions written as constants, and the names of functions that build others at run time."""
    found, made = [], set()
    sources = {path: path.read_text() for path in sorted(FUNCTIONS.rglob("*.py"))}
    trees = {path: ast.parse(source) for path, source in sources.items() if "import re" in source}
    names = {target for tree in trees.values() for _, _, target in _calls(tree) if target}
    uses = _uses(ast.parse(source) for source in sources.values() if any(name in source for name in names))
    for path, tree in trees.items():
        name = str(path.relative_to(FUNCTIONS))
        for call, function, target in _calls(tree):
            form = _form(call, name)
            if form is None:
                made.add(f"{name}:{function}")
                continue
            attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            named = uses.get(target, set()) if attribute == "compile" else {attribute}
            ways = {_SCANS.get(way, way) for way in named & _USED} or {"finditer", "match", "fullmatch"}
            found.append(Expression(f"{name}:{call.lineno}", form, frozenset(ways)))
    return found, made


def other_imports() -> list[str]:
    """Return the files that import `re` under another name, or another engine, which `collected` would miss."""
    found = []
    for path in sorted(FUNCTIONS.rglob("*.py")):
        for item in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in item.names] if isinstance(item, ast.Import) else []
            renamed = isinstance(item, ast.Import) and any(a.asname for a in item.names if a.name in {"re", "regex"})
            taken = isinstance(item, ast.ImportFrom) and item.module in {"re", "regex", "fnmatch"}
            if renamed or taken or {"regex", "fnmatch", "glob"} & set(names):
                found.append(str(path))
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Yield (call, enclosing function, assigned name) for every call of `re` except `escape`."""

    def walk(node: ast.AST, function: str, target: str) -> Iterator[tuple[ast.Call, str, str]]:
        for child in ast.iter_child_nodes(node):
            inner, named = function, target
            if isinstance(child, ast.FunctionDef):
                inner = child.name
            elif isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
                named = child.targets[0].id
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
                receiver = child.func.value
                if isinstance(receiver, ast.Name) and receiver.id == "re" and child.func.attr != "escape":
                    yield child, function, target
            yield from walk(child, inner, named)

    yield from walk(tree, "", "")


def _form(call: ast.Call, file: str) -> re.Pattern[Any] | None:
    """Return the compiled expression of a call, or None if its pattern is only known at run time."""
    names: dict[str, Any] = {"re": re}
    if file.startswith("petitions/"):
        names |= vars(importlib.import_module(file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")))
    flags = call.args[1:] if call.func.attr == "compile" else []  # type: ignore[attr-defined]  # an ast.Attribute
    flags += [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    code = [compile(ast.Expression(flag), file, "eval") for flag in (call.args[0], *flags)]
    try:
        pattern, *others = [eval(code_type, names) for code_type in code]  # noqa: S307 - our own sources
    except NameError:
        return None
    return re.compile(pattern, *others)


def _uses(trees: Any) -> dict[str, set[str]]:
    """Return all methods called on a variable of any module, by the variable's name."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        for attribute in ast.walk(tree):
            if isinstance(attribute, ast.Attribute) and isinstance(attribute.value, ast.Name | ast.Attribute):
                name = attribute.value.id if isinstance(attribute.value, ast.Name) else attribute.value.attr
                found.setdefault(name, set()).add(attribute.attr)
    return found


def _nested(value: Any) -> Iterator[Any]:
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _nested(item)


def own_pieces(form: re.Pattern[Any]) -> list[str]:
    """Return the literals of an expression, and the first and last characters of its character classes."""
    found: set[str] = set()

    def walk(parsed: Any) -> None:
        run = ""
        for code, value in parsed:
            if code is op.LITERAL:
                run += chr(value)
                continue
            found.add(run)
            run = ""
            if code is op.IN:
                for kind, item in value:
                    found.update(map(chr, item if kind is op.RANGE else [item] if kind is op.LITERAL else []))
            for item in _nested(value):
                walk(item)
        found.add(run)

    walk(parser.parse(form.pattern, form.flags))
    return sorted(found - {""})


def _derived(parsed: Any, chance: random.Random) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for code, value in parsed:
        if code is op.LITERAL:
            found.append((chr(value), 1))
        elif code is op.IN:
            found.append((_one_of(value, chance), 1))
        elif code in {op.ANY, op.NOT_LITERAL}:
            found.append(("a", 1))
        elif code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            unit = "".join(piece for piece, _ in _derived(value[2], chance))
            found.append((unit * max(value[0], 1), int(value[1])))
        elif code is op.BRANCH:
            found += _derived(chance.choice(value[1]), chance)
        elif code is op.SUBPATTERN:
            found += _derived(value[3], chance)
        elif code is op.ASSERT:
            found += _derived(value[1], chance) if value[0] > 0 else []
    return found


_MANY = 20
"""A repetition is extended to fill a text if its limit is at least this number."""
_OF_A_KIND = {op.CATEGORY_DIGIT: "0", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "a"}


def _one_of(members: Any, chance: random.Random) -> str:
    if members[0][0] is op.NEGATE:
        out = {chr(item) for kind, value in members[1:] if kind is op.LITERAL for item in [value]}
        return next(item for item in ("a", " ", "-", "/") if item not in out)
    kind, value = chance.choice(members)
    if kind is op.CATEGORY:
        return _OF_A_KIND.get(value, "-")
    return chr(value[0] if kind is op.RANGE else value)


def made_for(form: re.Pattern[Any], size: int) -> list[str]:
    """Return hostile texts of about `size` characters for the given expression.

    Number and order of the texts are the same for every size, so that times can be compared.
    """
    chance = random.Random(17)
    own = own_pieces(form)
    few = own if len(own) <= 40 else chance.sample(own, 40)
    found = [repeated(piece, size) for piece in (*CLASSES, *STRANGE)]
    found += [repeated(one + other, size) for one, other in permutations(CLASSES[:8], 2)]
    found += [
        repeated(one, size // 2) + repeated(other, size // 2) + "!" for one, other in product(CLASSES[:9], repeat=2)
    ]
    found += [repeated(piece + end, size) for piece in few for end in ("", " ", ", ")]
    found += [
        piece + repeated(run, size - len(piece)) + "!" for piece in few for run in (" ", "\n", "a", "0", "\u1ebf")
    ]
    for run in (" ", "\n", "a", "0"):  # every literal, followed by a run
        share = max(1, size // max(1, len(few)))
        found.append("".join(piece + repeated(run, max(0, share - len(piece))) for piece in few)[:size])
    for _ in range(16):  # texts that match, with one or all of the repeats extended up to the size
        matching = _derived(parser.parse(form.pattern, form.flags), chance)
        runs = [at for at, (_, most) in enumerate(matching) if most >= _MANY]
        found.append(repeated("".join(piece for piece, _ in matching) or "a", size))
        for pumped in (*([at] for at in chance.sample(runs, min(3, len(runs)))), runs):
            kept = matching[: max(pumped, default=-1) + 1]
            share = size // max(1, len(pumped))
            pieces = (repeated(piece, share) if at in pumped and piece else piece for at, (piece, _) in enumerate(kept))
            found.append("".join(pieces)[: size + 40] + "!")
    for _ in range(12):
        mixed = [chance.choice(own or ["a"]) + chance.choice(("", " ", ",", "\n")) for _ in range(8)]
        found.append(repeated("".join(mixed), size))
    return found
