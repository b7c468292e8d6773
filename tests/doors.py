"""A check that tests call every writing entry point of the system with success on the real adapters.

Such an entry point, here called a door, is a POST route of the desk (pages and JSON API), of the public site or of the
citizen's page, a push subscription, or a schedule. The complete list comes from the applications' URL maps and from the
manifest. Successful calls in integration and e2e tests are noted in `.build/doors`, in one file per process, so that
the notes of parallel runs add up:

* HTTP: the clients of the tests note every POST answered with 2xx or 3xx.
* Pushes and schedules: the trace collector notes every span without an error. (A dead letter has an error.)

`make test` empties the folder. `make test-e2e` adds to it and ends with `python -m tests.doors`, which fails if a door
was never called. A run of a single test file adds notes as well, and checks nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from infra import manifest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".build" / "doors"


class Door(NamedTuple):
    """A writing entry point of a deployed function.

    `path` is a rule (`/petitions/<code>/notes`). In a note it is the path that was called.
    """

    function: str
    path: str


def note(door: Door, folder: Path = FOLDER) -> None:
    """Note a successful call of an entry point. Safe to use from several processes and threads."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as notes:
        notes.write(json.dumps(door) + "\n")


def noting(function_of: Callable[[str], str | None]) -> dict[str, list[Callable[..., Any]]]:
    """Return event hooks for an httpx client that note every successful POST.

    `function_of` gets a URL and returns the name of the deployed function, or None for a URL that is not noted.
    """

    def note_post(response: httpx.Response) -> None:
        if response.request.method == "POST" and not response.is_error:
            function = function_of(str(response.request.url))
            if function is not None:
                note(Door(function, response.request.url.path))

    return {"response": [note_post]}


def note_span(function: str, attributes: dict[str, str]) -> None:
    for kind, attribute in (("push", "subscription"), ("schedule", "schedule")):
        if attribute in attributes:
            note(Door(function, f"/{kind}/{attributes[attribute]}"))


def maps() -> dict[str, Map]:
    sys.path += [str(ROOT / "functions" / folder) for folder in ("", "public_site", "citizen_page")]
    import page_app  # noqa: PLC0415
    import public_app  # noqa: PLC0415

    import desk.app as desk_app  # noqa: PLC0415 - just put on the path

    parts: Any = None  # routes are built before their use cases
    given: dict[str, Any] = {"public_url": "", "citizen_url": "", "chat_url": "x", "storage": parts}
    return {
        "desk": desk_app.make_app(parts, id_key=b"0123456789abcdef", local=True).url_map,
        "public_site": public_app.make_app(parts, parts, **given).url_map,
        "citizen_page": page_app.make_app(parts, parts, parts, parts, parts, **given).url_map,
    }


def doors(routes: dict[str, Map]) -> set[Door]:
    declared = manifest.load()
    posts = {
        Door(function, rule.rule)
        for function, rules in routes.items()
        for rule in rules.iter_rules()
        if "POST" in (rule.methods or ())
    }
    pushes = {
        Door(subscription.function, f"/push/{name}")
        for name, subscription in declared.subscriptions.items()
        if subscription.function
    }
    return (
        posts | pushes | {Door(schedule.function, f"/schedule/{name}") for name, schedule in declared.schedules.items()}
    )


def exercised(routes: dict[str, Map], folder: Path = FOLDER) -> set[Door]:
    return {_door(routes, called) for called in set(_notes(folder))}


def _notes(folder: Path) -> Iterator[Door]:
    for file in folder.glob("*.jsonl"):
        yield from (Door(*json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines())


def _door(routes: dict[str, Map], called: Door) -> Door:
    if called.function not in routes:
        return called
    try:
        rule, _ = routes[called.function].bind("localhost").match(called.path, method="POST", return_rule=True)
    except HTTPException:
        return called
    return Door(called.function, rule.rule)


def main() -> int:
    routes = maps()
    left = sorted(doors(routes) - exercised(routes))
    for door in left:
        print(f"{door.function} POST {door.path}", file=sys.stderr)  # noqa: T201 - a command
    print(f"POST routes not exercised on real adapters: {len(left)}")  # noqa: T201 - a command
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
