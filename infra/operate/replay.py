"""`make replay`: list messages and changes that no function could handle, show them, and publish them again.

No text written by a citizen is printed. Messages are shown by the names and types of their fields.
"""

from __future__ import annotations

import getpass
import json
import sys
from datetime import datetime

import click

from infra import manifest
from infra.operate.options import Selection, dry_run_option, target_options
from infra.operate.target import OpenedTarget, agreed, target
from petitions.adapters import reference
from petitions.adapters.ids import RandomIds
from petitions.adapters.portal.mapping import Mapping, schema
from petitions.adapters.portal.reading import PortalReading
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.reference_data import parse
from petitions.errors import Conflict, NotFound, PetitionError
from petitions.ports.store import Document
from petitions.usecases.dead_letters.replay_dead_letter import ReplayDeadLetters, StuckChanges, open_differences
from petitions.usecases.portal.keep_difference import dismiss, request_repair

_WET = frozenset({"change", "repair", "dismiss"})
"""The actions that have no dry run."""


@click.command("replay")
@click.argument(
    "what",
    metavar="WHAT",
    type=click.Choice(
        ["list", "show", "letter", "letters", "change", "repair", "dismiss", "dismiss-letters", "schema"]
    ),
)
@click.argument("identity", metavar="[ID]", default="")
@click.option("--reason", default="", help="Why a letter is dismissed, for the audit.")
@dry_run_option
@target_options
def replay_command(selection: Selection, what: str, identity: str, reason: str, *, dry_run: bool) -> int:
    """List, show and replay stuck items: dead letters, changes from the portal, and differences from the portal.

    \b
    list            everything that is stuck
    show ID         one letter, without citizens' texts
    letter ID       publish one letter again (--dry-run only says whether it can be)
    letters [ID]    publish all letters again, or those with the reason ID (--dry-run likewise)
    change ID       read one change of the portal again; the next pull applies it
    repair ID       have one difference repaired by the next pull
    dismiss ID      dismiss one difference or, with --reason, one letter that nobody can handle
    dismiss-letters ID
                    with --reason, dismiss all letters with the reason ID that nobody can handle (--dry-run likewise)
    schema          print the JSON Schema of portal.json
    """  # noqa: D301 - click keeps the lines of a paragraph that begins with a backspace
    if dry_run and what in _WET:
        raise click.UsageError(f"--dry-run (make: DRY=1) is for letters, not for {what}")
    if what == "schema":
        print(json.dumps(schema(), indent=2, ensure_ascii=False))
        return 0
    return _replay(selection, what, identity, reason, dry_run=dry_run)


def _replay(selection: Selection, what: str, identity: str, reason: str, *, dry_run: bool) -> int:
    where = target(selection)
    letters, changes = _stuck(where)
    reason = reason.strip()
    if what.startswith("dismiss") and (":" in identity or what == "dismiss-letters") and not reason:
        raise click.UsageError('a letter is dismissed with a reason (make: REASON="...")')
    if what == "list":
        _list(where, letters, changes)
        return 0
    if what == "letters":
        return _replay_all(selection, where, letters, reason=identity, dry_run=dry_run)
    if what == "dismiss-letters":
        return _dismiss_all(selection, where, letters, identity, reason, dry_run=dry_run)
    try:
        _one(where, letters, changes, what, identity, reason, dry_run=dry_run)
    except NotFound as error:
        if all(letter.data["reason"] != identity for letter in letters.waiting()):
            raise
        raise click.UsageError(
            f"{identity} is a reason, not an ID. Of all letters with it: WHAT=letters ID={identity}, or "
            f'WHAT=dismiss-letters ID={identity} REASON="..."'
        ) from error
    return 0


def _stuck(where: OpenedTarget) -> tuple[ReplayDeadLetters, StuckChanges]:
    topics = {name: subscription.topic for name, subscription in manifest.load().subscriptions.items()}
    letters = ReplayDeadLetters(where.store, where.publisher, where.clock, topics)
    names = parse(Mapping, reference.parsed("portal.json"), "portal.json")
    return letters, StuckChanges(where.store, where.clock, PortalReading(names).change)


def _one(
    where: OpenedTarget,
    letters: ReplayDeadLetters,
    changes: StuckChanges,
    what: str,
    identity: str,
    reason: str,
    *,
    dry_run: bool,
) -> None:
    if what == "show":
        print(json.dumps(letters.summary(identity), indent=2, default=_at))
    elif what == "letter" and dry_run:
        print(f"{where.name}: {identity} {_foreseen(letters, identity)}")
    elif what == "letter":
        print(f"{where.name}: {identity} is published to {letters.replay(identity)} again")
    elif what == "change":
        again = changes.replay(identity)
        print(f"{where.name}: {identity} is {again.kind or 'still unknown'}; the next pull applies it")
    elif what == "dismiss" and ":" in identity:
        letters.dismiss(identity, getpass.getuser(), reason, RandomIds().token())
        print(f"{where.name}: {identity} is dismissed")
    elif what == "dismiss":
        where.store.transact(lambda tx: dismiss(tx, identity, getpass.getuser()))
        print(f"{where.name}: {identity} is dismissed")
    else:
        difference = where.store.transact(lambda tx: request_repair(tx, identity, getpass.getuser()))
        print(f"{where.name}: {identity}: {difference.repair}, done by the next pull")


def _list(where: OpenedTarget, letters: ReplayDeadLetters, changes: StuckChanges) -> None:
    waiting = list(letters.waiting())
    messages = {letter.data["message_id"] for letter in waiting}
    more = f"{len(waiting)} letters of {len(messages)} messages: each function that failed at one keeps its own letter"
    stuck = [
        *map(_line, waiting),
        *([more] if len(messages) < len(waiting) else []),
        *(
            f"change      {change.path.rpartition('/')[2]}  {change.state}  {change.reason or '-'}"
            for change in changes.waiting()
        ),
        *(
            f"difference  {difference.id}  {difference.kind}  {difference.reason}  proposed: {difference.repair}"
            for difference in open_differences(where.store)
        ),
    ]
    print("\n".join(stuck) or f"{where.name}: nothing is stuck")


def _line(letter: Document) -> str:
    return f"letter      {letter.id}  {letter.data['reason']}  {_at(letter.data['kept_at'])}"


def _at(instant: datetime) -> str:
    return f"{hanoi(instant):%d/%m/%Y %H:%M} (Hanoi)"


def _foreseen(letters: ReplayDeadLetters, letter_id: str) -> str:
    try:
        return f"would be published to {letters.message(letter_id).topic}"
    except Conflict as error:
        return f"stays: {error}"


def _replay_all(
    selection: Selection, where: OpenedTarget, letters: ReplayDeadLetters, *, reason: str, dry_run: bool
) -> int:
    waiting = [letter for letter in letters.waiting() if reason in {"", letter.data["reason"]}]
    foreseen = [(letter, _foreseen(letters, letter.id)) for letter in waiting]
    go = [letter for letter, words in foreseen if words.startswith("would")]
    for letter, words in foreseen:
        if dry_run or letter not in go:
            print(f"{_line(letter)}  {words}")
    if dry_run or not go:
        print(f"{where.name}: {len(go)} would be published again, {len(waiting) - len(go)} stay")
        return 0
    rest = f" ({len(waiting) - len(go)} stay)" if len(go) < len(waiting) else ""
    if not agreed(selection, f"{where.name}: publish {len(go)} dead letters again{rest}?"):
        print(f"{where.name}: {len(waiting)} dead letters wait")
        return 0
    for letter in go:
        try:
            print(f"{letter.id} -> {letters.replay(letter.id)}")
        except PetitionError as error:
            print(f"{letter.id} stays: {error}", file=sys.stderr)
    return 0


def _dismiss_all(
    selection: Selection, where: OpenedTarget, letters: ReplayDeadLetters, kind: str, reason: str, *, dry_run: bool
) -> int:
    waiting = [letter for letter in letters.waiting() if letter.data["reason"] == kind]
    hopeless = [letter for letter in waiting if letters.is_hopeless(letter.data)]
    stay = len(waiting) - len(hopeless)
    print(*map(_line, hopeless), f"{where.name}: {len(hopeless)} letters with the reason {kind} are hopeless", sep="\n")
    if stay:
        print(
            f"{where.name}: {stay} more stay, as they may yet be handled: mend the cause, then WHAT=letters ID={kind}"
        )
    if dry_run or not hopeless or not agreed(selection, f"Dismiss {len(hopeless)} letters?"):
        return 0
    for letter in hopeless:
        letters.dismiss(letter.id, getpass.getuser(), reason, RandomIds().token())
    print(f"{where.name}: {len(hopeless)} letters are dismissed")
    return 0
