"""The kinds of small faults, as functions of one node of a syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

Plant = tuple[ast.AST, list[ast.stmt] | ast.expr]
"""A node of a module's tree, and the statements or the expression that a mutant has in its place."""
Change = tuple[str, Plant]
"""The kind of a mutant, and what it plants."""
EDGES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def changes_of(node: ast.AST, *, in_function: bool) -> Iterator[Change]:
    """Yield every change of a statement or expression itself, without changes of its parts."""
    if is_call(node):
        yield "call dropped", (node, [ast.Pass()])
    if type(node) in _CHANGES:
        yield from _CHANGES[type(node)](node)
    if in_function:
        yield from _without_a_field(node)


def is_call(node: ast.AST) -> bool:
    """Return whether the statement is a call whose result nobody uses."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _if(node: ast.If) -> Iterator[Change]:
    if not node.orelse and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break):
        yield "guard removed", (node, [ast.Pass()])
    yield from _condition(node)


def _condition(node: ast.If | ast.While | ast.IfExp) -> Iterator[Change]:
    test = node.test
    is_changed_itself = isinstance(test, ast.Compare | ast.BoolOp | ast.Constant) or _is_not(test)
    if not is_changed_itself:
        yield "condition negated", (test, ast.UnaryOp(ast.Not(), copy.deepcopy(test)))


def _is_not(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _compare(node: ast.Compare) -> Iterator[Change]:
    for kind, table in (("edge", EDGES), ("comparison", OPPOSITES)):
        for place, operator in enumerate(node.ops):
            if type(operator) in table:
                new = copy.deepcopy(node)
                new.ops[place] = table[type(operator)]()
                yield kind, (node, new)


def _and_or(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and, or", (node, ast.BoolOp(other, copy.deepcopy(node.values)))
    for place in range(len(node.values)):
        rest = copy.deepcopy([*node.values[:place], *node.values[place + 1 :]])
        yield "part dropped", (node, ast.BoolOp(copy.copy(node.op), rest) if len(rest) > 1 else rest[0])


def _not(node: ast.UnaryOp) -> Iterator[Change]:
    if _is_not(node):
        yield "not", (node, copy.deepcopy(node.operand))


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    has_text = any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in (node.left, node.right)
    )
    if type(node.op) in ARITHMETIC and not has_text:
        new = copy.deepcopy(node)
        new.op = ARITHMETIC[type(node.op)]()
        yield "arithmetic", (node, new)


def _constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "boolean", (node, ast.Constant(not node.value))
    elif isinstance(node.value, int | float):
        yield "number", (node, ast.Constant(node.value + 1))
        yield "number", (node, ast.Constant(node.value - 1))


def _call(node: ast.Call) -> Iterator[Change]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in CALLS:
        other = copy.deepcopy(node)
        other.func = ast.Name(CALLS[name], ast.Load())
        yield "min, max, any, all", (node, other)
    elif name not in {"isinstance", "zip"}:
        for place, (first, second) in enumerate(pairwise(node.args)):
            if type(first) is type(second) and isinstance(first, ast.Name | ast.Attribute):
                swapped = copy.deepcopy(node)
                swapped.args[place : place + 2] = reversed(swapped.args[place : place + 2])
                yield "arguments swapped", (node, swapped)


def _without_a_field(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg:
                call = copy.deepcopy(node)
                del call.keywords[place]
                yield "field forgotten", (node, call)
    elif isinstance(node, ast.Dict):
        for place in range(len(node.keys)):
            fields = copy.deepcopy(node)
            del fields.keys[place], fields.values[place]
            yield "field forgotten", (node, fields)


def _filters(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[Change]:
    for loop in node.generators:
        for test in loop.ifs:
            yield "filter dropped", (test, ast.Constant(value=True))


_CHANGES: Mapping[type[ast.AST], Callable[..., Iterator[Change]]] = {
    ast.If: _if,
    ast.While: _condition,
    ast.IfExp: _condition,
    ast.Compare: _compare,
    ast.BoolOp: _and_or,
    ast.UnaryOp: _not,
    ast.BinOp: _arithmetic,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.ListComp: _filters,
    ast.SetComp: _filters,
    ast.DictComp: _filters,
    ast.GeneratorExp: _filters,
}
