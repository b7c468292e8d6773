"""Import the protocol messages of a Google client library without the client itself.

`google.cloud.firestore_v1` and `google.pubsub_v1` import their whole client (0.25 s, 20 MB) before their `types` can be
reached. A server needs only the types. Afterwards the client cannot be imported in the same process.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType


def skip_client_library(package: str) -> None:
    """Replace the client library `package` by an empty module whose submodules can still be imported."""
    parent, _, name = package.rpartition(".")
    stand_in = ModuleType(package)
    stand_in.__path__ = [str(Path(folder) / name) for folder in importlib.import_module(parent).__path__]
    sys.modules[package] = stand_in
