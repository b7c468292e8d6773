"""The mutants of a room, and the test files near to its modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.check import is_chosen
from tests.import_graph import distances


def _layers(name: str) -> tuple[str, str]:
    return f"functions/petitions/domain/{name}/*.py", f"functions/petitions/usecases/{name}/*.py"


ROOMS: Mapping[str, tuple[str, ...]] = {
    "clock": _layers("clock"),
    "lifecycle": _layers("lifecycle"),
    "confidentiality": (
        "functions/petitions/domain/petition/confidentiality.py",
        "functions/petitions/domain/petition/classification.py",
        "functions/petitions/domain/petition/transfers.py",
        "functions/petitions/domain/officers/policy.py",
        "functions/petitions/usecases/accusations/*.py",
        "functions/petitions/usecases/desk/unit_choices.py",
        "functions/petitions/usecases/shared/named_officers.py",
    ),
    "privacy": _layers("privacy"),
    "reports": _layers("reports"),
    "scoring": _layers("scoring"),
    "papers": _layers("papers"),
    "portal": _layers("portal"),
    "notices": _layers("notices"),
    "operate": (
        "infra/operate/*.py",
        "infra/operate/recovery/[!bd]*.py",
        "functions/petitions/usecases/dead_letters/*.py",
    ),
}
"""The rooms that are mutated, with the modules of each.

Left out of `operate` are the drill of a restore, which needs a running stack, and `deployment` and `preflight`, whose
tests are part of `make test-release`.
"""


def modules_of(root: Path, room: str) -> list[Path]:
    found = (path.relative_to(root) for pattern in ROOMS[room] for path in root.glob(pattern))
    return sorted(path for path in found if path.name != "__init__.py")


def nearest_tests(module: Path, users: Mapping[Path, set[Path]], count: int) -> dict[Path, int]:
    """Return the test files near to a module, with the steps of import between them, nearest first.

    These are the `count` nearest ones, and those in the folder of unit tests that is named like the module's folder.
    The latter count as zero steps away, because they are the likeliest to detect a fault.
    """
    found = {path: steps for path, steps in distances([module], users).items() if is_chosen(path)}
    own = {path for path in found if path.parent == Path("tests/unit") / module.parent.name}
    order = sorted(found, key=lambda path: (found[path], path not in own, path))
    return {path: 0 if path in own else found[path] for path in order if path in own or path in order[:count]}
