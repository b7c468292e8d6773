"""Import Firestore's messages without the client library around them.

`google.cloud.firestore_v1` imports the whole client (0.25 s, 20 MB) before its `types` can be reached; a server has
no use for it. Only for a process of its own: the client cannot be imported there afterwards.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import google.cloud

_PACKAGE = "google.cloud.firestore_v1"


def skip_client_library() -> None:
    """Put an empty package in the client library's place, through which its `types` are found."""
    package = ModuleType(_PACKAGE)
    package.__path__ = [str(Path(folder) / "firestore_v1") for folder in google.cloud.__path__]
    sys.modules[_PACKAGE] = package
