"""`make replay`: what got stuck, listed (letters, changes of the portal, differences), shown redacted, replayed.

Nothing that a citizen wrote is printed: letters are shown by the names and kinds of their fields.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from infra import manifest
from infra.target import Target, agreed, arguments, target
from petitions.adapters import reference
from petitions.adapters.portal.mapping import Mapping, schema
from petitions.adapters.portal.reading import Reading
from petitions.domain.shared.reference_data import parse
from petitions.errors import PetitionError
from petitions.ports.store import Document
from petitions.usecases.dead_letters.replay_dead_letter import DeadLetters, StuckChanges, open_differences
from petitions.usecases.portal.keep_difference import dismiss, want_repair

_ONE = frozenset({"letter", "change", "repair", "dismiss"})
"""What acts on the one thing that is named."""


def main(argv: list[str] | None = None) -> int:
    """Do one of them; words for the operator."""
    parser = argparse.ArgumentParser(prog="python -m infra.replay", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["list", "show", "letter", "letters", "change", "repair", "dismiss", "schema"])
    parser.add_argument("id", nargs="?", default="", help="of the letter, change or difference")
    parser.add_argument("--dry-run", action="store_true", help="of letters: only say which would be published again")
    arguments(parser)
    options = parser.parse_args(argv)
    if options.dry_run and options.what in _ONE:
        parser.error(f"--dry-run (make: DRY=1) is for letters, not for one {options.what}")
    if options.what == "schema":
        print(json.dumps(schema(), indent=2, ensure_ascii=False))
        return 0
    try:
        return _do(options, target(options))
    except PetitionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _do(options: argparse.Namespace, where: Target) -> int:
    topics = {name: each.topic for name, each in manifest.load().subscriptions.items()}
    letters = DeadLetters(where.store, where.publisher, where.clock, topics)
    names = parse(Mapping, reference.parsed("portal.json"), "portal.json")
    changes = StuckChanges(where.store, where.clock, Reading(names).change)
    if options.what == "list":
        _list(where, letters, changes)
    elif options.what == "show":
        print(json.dumps(letters.shown(options.id), indent=2, default=str))
    elif options.what == "letter":
        print(f"{where.name}: {options.id} is published to {letters.replay(options.id)} again")
    elif options.what == "letters":
        return _replay_all(options, where, letters)
    elif options.what == "change":
        again = changes.replay(options.id)
        print(f"{where.name}: {options.id} is {again.kind or 'still unknown'}; the next pull applies it")
    elif options.what == "dismiss":
        where.store.transact(lambda tx: dismiss(tx, options.id, getpass.getuser()))
        print(f"{where.name}: {options.id} is dismissed")
    else:
        difference = where.store.transact(lambda tx: want_repair(tx, options.id, getpass.getuser()))
        print(f"{where.name}: {options.id}: {difference.repair}, done by the next pull")
    return 0


def _list(where: Target, letters: DeadLetters, changes: StuckChanges) -> None:
    stuck = [
        *(_line(letter) for letter in letters.waiting()),
        *(
            f"change      {change.path.rpartition('/')[2]}  {change.state}  {change.reason or '-'}"
            for change in changes.waiting()
        ),
        *(
            f"difference  {each.id}  {each.kind}  {each.reason}  proposed: {each.repair}"
            for each in open_differences(where.store)
        ),
    ]
    print("\n".join(stuck) or f"{where.name}: nothing is stuck")


def _line(letter: Document) -> str:
    return f"letter      {letter.id}  {letter.data['reason']}  {letter.data['kept_at']:%Y-%m-%d %H:%M} UTC"


def _replay_all(options: argparse.Namespace, where: Target, letters: DeadLetters) -> int:
    waiting = [letter for letter in letters.waiting() if options.id in {"", letter.data["reason"]}]
    if options.dry_run:
        print("\n".join([*map(_line, waiting), f"{where.name}: {len(waiting)} would be published again"]))
        return 0
    if not waiting or not agreed(options, f"{where.name}: publish {len(waiting)} dead letters again?"):
        print(f"{where.name}: {len(waiting)} dead letters wait")
        return 0
    for letter in waiting:
        try:
            print(f"{letter.id} -> {letters.replay(letter.id)}")
        except PetitionError as error:
            print(f"{letter.id} stays: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
