"""The small faults that can be planted in a module: where they are, how they read, and code that can switch them on.

All drawn mutants of a module are compiled into one code. Every mutated place asks the built-in function named SWITCH
whether its mutant is on, so one process can test many mutants without importing the module again.
"""

from __future__ import annotations

import ast
import copy
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import CodeType

from tests.mutation.kinds import Plant, changes_of, is_call

SWITCH = "__is_mutant_on__"
"""The name of the built-in function that takes the number of a mutant and returns whether it is on."""

SWAPPED_CALLS = "calls swapped"
_NOT_RUN = {"annotation", "returns", "decorator_list", "pattern", "bases", "type_params"}
"""Fields of syntax nodes in which nothing is mutated."""


_Plants = dict[int, list[tuple[int, list[ast.stmt] | ast.expr]]]
"""By the identity of a node: the numbers of its mutants, and what they have in its place."""


@dataclass(frozen=True)
class Mutant:
    """A small fault that can be planted in a module.

    `before` and `after` are the statement, or the head of a compound statement, without and with the fault.
    """

    path: Path
    kind: str
    within: str
    """The qualified name of the function or class around it, empty at the top of the module."""
    line: int
    before: str
    after: str
    plants: tuple[Plant, ...] = field(repr=False, compare=False)
    number: int = 0

    @property
    def key(self) -> tuple[str, str, str, str]:
        """A key that stays the same as long as the statement of the mutant is unchanged."""
        return (self.path.as_posix(), self.within, self.before, self.after)


@dataclass(frozen=True)
class _Place:
    """The position of the walk over the tree. `before` and `after` of a mutant show `phrase`."""

    names: tuple[str, ...] = ()
    in_function: bool = False
    phrase: ast.AST | None = None


def mutants_of(path: Path, tree: ast.Module) -> Iterator[Mutant]:
    """Yield every mutant of a module. `tree` must be the tree that is later given to `compiled`."""
    for place, kind, plants in _walk(tree, _Place()):
        node = plants[0][0]
        phrase = place.phrase or node
        if kind == SWAPPED_CALLS:
            first, second = (ast.unparse(old) for old, _ in plants)
            before, after = f"{first}\n{second}", f"{second}\n{first}"
        else:
            memo = {id(old): new[0] if isinstance(new, list) else new for old, new in plants}
            before, after = ast.unparse(phrase), ast.unparse(copy.deepcopy(phrase, memo))
        if before != after:
            line = getattr(node, "lineno", 0)
            yield Mutant(path, kind, ".".join(place.names), line, before, after, plants)


def draw(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return at most `count` mutants, drawn in turns from every kind, and numbered from 1."""
    kinds: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        kinds[mutant.kind].append(mutant)
    chance = random.Random(seed)
    for found in kinds.values():
        chance.shuffle(found)
    drawn: list[Mutant] = []
    while len(drawn) < count and any(kinds.values()):
        drawn += [found.pop() for _, found in sorted(kinds.items()) if found]
    return [replace(mutant, number=number) for number, mutant in enumerate(drawn[:count], 1)]


def compiled(tree: ast.Module, mutants: Iterable[Mutant], path: Path) -> CodeType:
    """Return the code of a module in which every given mutant can be switched on. The tree is changed."""
    plants: _Plants = defaultdict(list)
    for mutant in mutants:
        for node, new in mutant.plants:
            plants[id(node)].append((mutant.number, new))
    _Planter(plants).visit(tree)
    return compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)


class _Planter(ast.NodeTransformer):
    def __init__(self, plants: _Plants) -> None:
        self._plants = plants

    def visit(self, node: ast.AST) -> ast.AST:
        done: ast.AST = self.generic_visit(node)
        for number, new in self._plants.get(id(node), ()):
            is_on = ast.Call(ast.Name(SWITCH, ast.Load()), [ast.Constant(number)], [])
            if isinstance(new, list):
                assert isinstance(done, ast.stmt)
                done = ast.copy_location(ast.If(is_on, new, [done]), node)
            else:
                assert isinstance(done, ast.expr)
                done = ast.copy_location(ast.IfExp(is_on, new, done), node)
        return done


def _walk(node: ast.AST, place: _Place) -> Iterator[tuple[_Place, str, tuple[Plant, ...]]]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.stmt):
        place = replace(place, phrase=None if hasattr(node, "body") else node)
    elif isinstance(node, ast.expr):
        place = replace(place, phrase=place.phrase or node)
    for kind, plant in changes_of(node, in_function=place.in_function):
        yield place, kind, (plant,)
    for name, value in ast.iter_fields(node):
        if name not in _NOT_RUN:
            inner = _inside(node, place) if name == "body" else place
            children = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)]
            for first, second in pairwise(children):
                if is_call(first) and is_call(second):
                    yield inner, SWAPPED_CALLS, (_in_place(first, second), _in_place(second, first))
            for child in children:
                yield from _walk(child, inner)


def _inside(node: ast.AST, place: _Place) -> _Place:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        in_function = place.in_function or not isinstance(node, ast.ClassDef)
        return replace(place, names=(*place.names, node.name), in_function=in_function)
    return replace(place, in_function=True) if isinstance(node, ast.Lambda) else place


def _in_place(old: ast.AST, new: ast.AST) -> Plant:
    assert isinstance(new, ast.stmt)
    return old, [copy.deepcopy(new)]
