"""A parser for composite literals of Go, the form in which the Google provider's schemas are written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r'(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<raw>`[^`]*`)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<char>\'(?:[^\'\\]|\\.)*\')'
    r"|(?P<number>\d[\w.]*)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>:=|.)",
    re.DOTALL,
)


@dataclass
class Literal:
    kind: str
    keyed: dict[str, Any] = field(default_factory=dict)
    listed: list[Any] = field(default_factory=list)


@dataclass
class Call:
    name: str
    arguments: list[Any]


@dataclass(frozen=True)
class Name:
    name: str


_CONSTANTS: dict[str, Callable[[str], Any]] = {
    "raw": lambda token: token[1:-1],
    "text": json.loads,
    "number": lambda token: int(token) if token.isdigit() else float(token),
}


class Reader:
    def __init__(self, text: str, start: int) -> None:
        found = _TOKEN.finditer(text, start)
        self._tokens = ((match.lastgroup or "", match[0]) for match in found if match.lastgroup != "skip")
        self._ahead = next(self._tokens)

    def value(self) -> Any:
        found = self._operand()
        while self._peek() in {"+", "*", "-", "/", "|"}:
            self._next()
            other = self._operand()
            found = found + other if isinstance(found, str) and isinstance(other, str) else Name("computed")
        return found

    def _operand(self) -> Any:
        group, token = self._next()
        if token in {"&", "*", "-", "!"}:
            return self.value()
        if group in _CONSTANTS:
            return _CONSTANTS[group](token)
        if token == "func":
            self._skip_function()
            return Name("func")
        return self._entries("") if token == "{" else self._named(token)

    def _named(self, kind: str) -> Any:
        if kind in {"[", "map"}:
            while self._peek() != "{":
                kind += self._next()[1]
        if self._peek() not in {"{", "("}:
            return {"true": True, "false": False}.get(kind, Name(kind))
        return self._entries(kind) if self._next()[1] == "{" else self._call(kind)

    def _call(self, name: str) -> Call:
        arguments = []
        while self._peek() != ")":
            arguments.append(self.value())
            if self._peek() in {",", "."}:
                self._next()
        self._next()
        return Call(name, arguments)

    def _entries(self, kind: str) -> Literal:
        literal = Literal(kind)
        while self._peek() != "}":
            key = self.value()
            if self._peek() == ":":
                self._next()
                literal.keyed[key if isinstance(key, str) else getattr(key, "name", str(key))] = self.value()
            else:
                literal.listed.append(key)
            if self._peek() == ",":
                self._next()
        self._next()
        return literal

    def _peek(self) -> str:
        return self._ahead[1]

    def _next(self) -> tuple[str, str]:
        token, self._ahead = self._ahead, next(self._tokens, ("", ""))
        if token == ("", ""):
            raise EOFError("a literal that does not end")
        return token

    def _skip_function(self) -> None:
        depth, before = 0, ""
        while True:
            token = self._next()[1]
            empty = before == "interface"
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth == 0 and token == "}" and not empty:
                return
            before = "interface" if token == "interface" or (empty and token == "{") else token
