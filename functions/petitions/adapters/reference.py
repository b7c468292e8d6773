"""Reference data that ships with the package: texts, directory, calendar, rules. Read once a process."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from petitions.domain.directory import Directory
from petitions.domain.texts import Texts


def raw(name: str) -> bytes:
    """The bytes of `petitions/data/<name>`."""
    return resources.files("petitions").joinpath("data", name).read_bytes()


def parsed(name: str) -> Any:
    """The JSON value of `petitions/data/<name>`."""
    return json.loads(raw(name))


@cache
def texts() -> Texts:
    """The Vietnamese catalogue."""
    return Texts(parsed("texts.vi.json"))


@cache
def directory() -> Directory:
    """Units, wards, former wards."""
    return Directory.load(raw("directory.json"))
