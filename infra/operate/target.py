"""Open the database that a command works on: of a stack on this laptop or of a project in the cloud."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from infra.local.stack.folder import StackError, StackFolder
from infra.operate.deployment.cloud import Shell
from infra.operate.errors import OperatorError
from infra.operate.options import Selection
from petitions.adapters.clock import make_clock
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.pubsub import PubsubPublisher
from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock

EVERYWHERE = "pubsub.googleapis.com"


@dataclass(frozen=True)
class OpenedTarget:
    """An open database of petitions, with the publisher and the clock of the same system."""

    name: str
    """The stack or project and its database, as text for messages."""

    project: str
    store: Store
    publisher: Publisher
    clock: Clock


def target(selection: Selection) -> OpenedTarget:
    """Open the database of the selected system. Raise OperatorError if the system does not exist or is not running."""
    if selection.project:
        if os.environ.get("FIRESTORE_EMULATOR_HOST"):
            raise OperatorError("FIRESTORE_EMULATOR_HOST is set: unset it to work on a project in the cloud")
        named, host = _of_the_functions(selection.project)
        database = selection.database or named
        if not database:
            raise OperatorError(
                f"gcloud functions list did not return the database that the functions of {selection.project} use: "
                "sign in with gcloud auth login, or name it (make: DATABASE=petitions)"
            )
        return _opened(f"project {selection.project}, database {database}", selection.project, database, host)
    try:
        folder = StackFolder.of(selection.stack)
    except StackError as error:
        raise OperatorError(str(error)) from error
    stack = folder.read("stack.json")
    if not stack:
        raise OperatorError(
            f"the stack {selection.stack!r} is not up: make up, or name a project of the cloud (PROJECT=...)"
        )
    os.environ["FIRESTORE_EMULATOR_HOST"] = stack["firestore_host"]
    os.environ["PUBSUB_EMULATOR_HOST"] = stack["pubsub_host"]
    os.environ["LOCAL_CLOCK_FILE"] = str(folder.clock_file)
    database = selection.database or stack["env"]["routing"]["FIRESTORE_DATABASE"]
    return _opened(f"stack {selection.stack}", stack["project"], database)


def _of_the_functions(project: str) -> tuple[str, str]:
    """Return the database in use, which has another name after a restore, and the regional host of Pub/Sub.

    If gcloud fails, the database is empty and the host is the global one.
    """
    variables = "serviceConfig.environmentVariables"
    asked = Shell().ask(
        "gcloud", "functions", "list", f"--project={project}", "--v2", "--filter=name~/routing$",
        f"--format=value({variables}.FIRESTORE_DATABASE,{variables}.PUBSUB_URL)", "--quiet",
    )  # fmt: skip
    database, _, url = (asked or "").partition("\t")
    return database, urlsplit(url).netloc or EVERYWHERE


def _opened(name: str, project: str, database: str, host: str = EVERYWHERE) -> OpenedTarget:
    return OpenedTarget(name, project, FirestoreStore(project, database), PubsubPublisher(project, host), make_clock())


def agreed(selection: Selection, question: str) -> bool:
    """Return True with --yes. Otherwise ask at the terminal and return whether the answer is yes.

    Return False without a terminal.
    """
    if selection.yes:
        return True
    if not sys.stdin.isatty():
        print("nothing was written: nobody to ask, and no --yes (make: YES=1)", file=sys.stderr)
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "c", "co", "có"}
