"""The filter language of subscriptions: comparisons of attributes joined by AND, OR, NOT and parentheses.

The terms are `attributes:key`, `attributes.key = "v"`, `!=` and `hasPrefix(attributes.key, "v")`. AND and OR cannot be
mixed without parentheses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from infra.emulators.pubsub.wire.errors import PubsubError, invalid

Filter = Callable[[Mapping[str, str]], bool]
MAX_FILTER_BYTES = 256
_WORD = re.compile("[A-Za-z_][A-Za-z0-9_-]*")
_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[A-Za-z_][A-Za-z0-9_-]*)|(?P<sign>!=|[()=.:,-]))')


def parse(text: str) -> Filter:
    """Parse a filter into a function from a message's attributes to whether the message passes.

    An empty filter lets all messages pass. Raise INVALID_ARGUMENT.
    """
    if not text.strip():
        return lambda _attributes: True
    if len(text.encode()) > MAX_FILTER_BYTES:
        raise invalid(f"Invalid filter: longer than {MAX_FILTER_BYTES} bytes.")
    parser = _Parser(text)
    accepts = parser.expression()
    parser.end()
    return accepts


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        self._at = 0
        position = 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise invalid(f"Invalid filter: cannot read {text[position:]!r}.")
            self._tokens.append(match.group().strip())
            position = match.end()

    def expression(self) -> Filter:
        terms = [self._term()]
        joint = self._peek()
        if joint not in ("AND", "OR"):
            return terms[0]
        while self._peek() == joint:
            self._next()
            terms.append(self._term())
        if self._peek() in ("AND", "OR"):
            raise invalid("Invalid filter: AND and OR need brackets where they meet.")
        decide = all if joint == "AND" else any
        return lambda attributes: decide(term(attributes) for term in terms)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise self._unexpected()

    def _term(self) -> Filter:
        if self._peek() in ("NOT", "-"):
            self._next()
            inner = self._term()
            return lambda attributes: not inner(attributes)
        if self._peek() == "(":
            self._next()
            inner = self.expression()
            self._expect(")")
            return inner
        if self._peek() == "hasPrefix":
            return self._prefix()
        return self._comparison()

    def _prefix(self) -> Filter:
        self._next()
        self._expect("(")
        self._expect("attributes")
        self._expect(".")
        key = self._key()
        self._expect(",")
        start = self._text()
        self._expect(")")
        return lambda attributes: attributes.get(key, "").startswith(start) and key in attributes

    def _comparison(self) -> Filter:
        self._expect("attributes")
        if self._peek() == ":":
            self._next()
            present = self._key()
            return lambda attributes: present in attributes
        self._expect(".")
        key = self._key()
        sign = self._next()
        if sign not in ("=", "!="):
            raise self._unexpected()
        wanted = self._text()
        if sign == "=":
            return lambda attributes: attributes.get(key) == wanted
        return lambda attributes: attributes.get(key) != wanted

    def _key(self) -> str:
        if self._peek().startswith('"'):
            return self._text()
        if not _WORD.fullmatch(self._peek()):
            self._next()
            raise self._unexpected()
        return self._next()

    def _text(self) -> str:
        token = self._next()
        if not token.startswith('"'):
            raise self._unexpected()
        try:
            return str(json.loads(token))
        except ValueError as error:
            raise invalid(f"Invalid filter: {token} is no text.") from error

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise self._unexpected()

    def _unexpected(self) -> PubsubError:
        at = self._tokens[self._at - 1] if 0 < self._at <= len(self._tokens) else "the end"
        return invalid(f"Invalid filter: {at!r} does not fit where it stands.")
