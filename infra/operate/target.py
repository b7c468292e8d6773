"""Which database an operator's command works on: a stack of this laptop, or a project in the cloud."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass

from infra.local.stack import ROOT, StackError, StackFolder

sys.path.insert(0, str(ROOT / "functions"))

from petitions.adapters.clock import make_clock
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.pubsub import PubsubPublisher
from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock


@dataclass(frozen=True)
class Target:
    """What to work on; `name` is for people."""

    name: str
    project: str
    store: Store
    publisher: Publisher
    clock: Clock


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say where, and whether to ask."""
    parser.add_argument("--stack", default=os.environ.get("STACK") or "default", help="a stack of this laptop")
    parser.add_argument("--project", help="a project in the cloud instead, with the credentials of whoever runs this")
    parser.add_argument("--database", help="its database (default: petitions; of a stack: the one that it runs on)")
    parser.add_argument("--yes", action="store_true", help="ask nothing")


def target(parsed: argparse.Namespace) -> Target:
    """Open it. Exits with words when it is not there."""
    if parsed.project:
        if os.environ.get("FIRESTORE_EMULATOR_HOST"):
            raise SystemExit("FIRESTORE_EMULATOR_HOST is set: unset it to work on a project in the cloud")
        database = parsed.database or "petitions"
        return _opened(f"project {parsed.project}, database {database}", parsed.project, database)
    try:
        folder = StackFolder.of(parsed.stack)
    except StackError as error:
        raise SystemExit(str(error)) from error
    stack = folder.read("stack.json")
    if not stack:
        raise SystemExit(f"the stack {parsed.stack!r} is not up: make up, or name a project of the cloud (PROJECT=...)")
    os.environ["FIRESTORE_EMULATOR_HOST"] = stack["firestore_host"]
    os.environ["PUBSUB_EMULATOR_HOST"] = stack["pubsub_host"]
    os.environ["LOCAL_CLOCK_FILE"] = str(folder.clock_file)
    database = parsed.database or stack["env"]["routing"]["FIRESTORE_DATABASE"]
    return _opened(f"stack {parsed.stack}", stack["project"], database)


def _opened(name: str, project: str, database: str) -> Target:
    return Target(name, project, FirestoreStore(project, database), PubsubPublisher(project), make_clock())


def agreed(parsed: argparse.Namespace, question: str) -> bool:
    """Whether to go on: with --yes, or when the person at the terminal says so."""
    if parsed.yes:
        return True
    if not sys.stdin.isatty():
        print("nothing was written: nobody to ask, and no --yes (make: YES=1)", file=sys.stderr)
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "c", "co", "có"}
