"""Finds the comparisons of instants and days (<, <=, >, >=) in the source code of `functions`.

A light inference over the syntax trees, without a type checker: an expression is an instant if it is a name, a field
or a call that is annotated as one anywhere in `functions`, or is computed from instants. It also knows the fields of
stored documents (`found["until"]`), and ISO days that are compared as text (`day < today.isoformat()`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parents[1] / "functions"
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_TYPES = {"datetime", "date", "Instant", "UtcInstant", "Day", "AwareDatetime"}
_CALLS = {"combine", "fromisoformat", "fromtimestamp", "isoformat", "astimezone"}
"""Methods of instants and days that give another one, or its text. `now` and `date` are found by the rules below."""
_PICKS = {"min", "max"}
_ROOMS_OF_TEXTS = tuple(
    f"petitions/domain/{room}/" for room in ("understanding", "language", "routing", "files", "conversation")
)
_PLACES = {"start", "end", "first", "last"}
"""Fields that are places in a text in these rooms, and instants or days elsewhere."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Known:
    fields: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=lambda: set(_CALLS))

    def without(self, names: set[str]) -> Known:
        """Return a copy without these names."""
        return Known(self.fields - names, self.calls - names)


def comparisons(root: Path = FUNCTIONS) -> Iterator[tuple[str, int]]:
    """Yield place and line of every comparison of instants. A place is `desk/shell/session.py: _ended`."""
    trees = {path.relative_to(root).as_posix(): ast.parse(path.read_text()) for path in sorted(root.rglob("*.py"))}
    known = Known()
    for tree in trees.values():
        _learn(tree, known)
    for name, tree in trees.items():
        here = known.without(_PLACES) if name.startswith(_ROOMS_OF_TEXTS) else known
        for function, found in _compares(tree.body):
            scope = _Scope(function, here)
            yield from (
                (f"{name}: {function.name if function else ''}".rstrip(), compare.lineno)
                for compare in found
                if _is_of_instants(compare, scope)
            )


def _learn(tree: ast.Module, known: Known) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and _is(item.annotation):
                    known.fields.add(item.target.id)
        if isinstance(node, Function) and _is(node.returns):
            is_field = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
            (known.fields if is_field else known.calls).add(node.name)


def _is(annotation: ast.expr | None) -> bool:
    """Return whether the annotation is an instant or a day, possibly optional."""
    if isinstance(annotation, ast.BinOp):
        return _is(annotation.left) or _is(annotation.right)
    return isinstance(annotation, ast.Name) and annotation.id in _TYPES


def _compares(body: Iterable[ast.AST]) -> Iterator[tuple[Function | None, list[ast.Compare]]]:
    """Yield outermost functions with the ordering comparisons in them. None stands for code outside functions."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _compares(node.body)
            continue
        compares = [one for one in ast.walk(node) if isinstance(one, ast.Compare)]
        found = [one for one in compares if any(isinstance(operator, _ORDER) for operator in one.ops)]
        if found:
            yield node if isinstance(node, Function) else None, found


def _is_of_instants(compare: ast.Compare, scope: _Scope) -> bool:
    pairs = zip([compare.left, *compare.comparators[:-1]], compare.ops, compare.comparators, strict=True)
    sides = [side for left, operator, right in pairs if isinstance(operator, _ORDER) for side in (left, right)]
    return any(map(scope.is_instant, sides))


class _Scope:
    """The names of a function that are instants: its parameters, and what it assigns from instants."""

    def __init__(self, function: Function | None, known: Known) -> None:
        self.known = known
        self.names: set[str] = {"now", "today"} if function else set()
        if function is None:
            return
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        self.names |= {argument.arg for argument in arguments if _is(argument.annotation)}
        self.names -= {argument.arg for argument in arguments if argument.annotation and not _is(argument.annotation)}
        before = -1
        while before < len(self.names):
            before = len(self.names)
            for node in ast.walk(function):
                self._assigned(node)

    def _assigned(self, node: ast.AST) -> None:
        if isinstance(node, ast.AnnAssign) and _is(node.annotation):
            self._name(node.target)
        if isinstance(node, ast.NamedExpr) and self.is_instant(node.value):
            self._name(node.target)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._unpacked(target, node.value)

    def _unpacked(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, part in zip(target.elts, value.elts, strict=True):
                self._unpacked(one, part)
        elif self.is_instant(value):
            self._name(target)

    def _name(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names.add(target.id)

    def is_instant(self, node: ast.expr) -> bool:
        """Return whether the expression is an instant, a day, or the time between two of them."""
        match node:
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
                return name in self.known.fields
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return name in self.known.calls or (name in _PICKS and any(map(self.is_instant, arguments)))
            case ast.Call(func=ast.Attribute(value=of, attr="date" | "time")):
                return self.is_instant(of)
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
                return name in self.known.fields
            case ast.Call(func=ast.Attribute(attr=name)):
                return name in self.known.calls
        return any(map(self.is_instant, _operands(node)))


def _operands(node: ast.expr) -> Sequence[ast.expr]:
    """Return the parts from which a value comes: operands of +, -, `and` or `or`, or the branches of an if-else."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return left, right
        case ast.BoolOp(values=values):
            return values
        case ast.IfExp(body=body, orelse=other):
            return body, other
        case ast.NamedExpr(value=value):
            return (value,)
    return ()
