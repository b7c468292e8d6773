"""`talk`: a citizen's conversation with the Official Account in the terminal. Standard library only."""

from __future__ import annotations

import fcntl
import json
import re
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.clock import LocalClock
from infra.local.commands import runner_client, status_text, stored_input, talk_line
from infra.local.commands.citizen_phone import CitizenPhone
from infra.local.commands.talk_line import TalkLine
from infra.local.stack.folder import StackError, StackFolder

PATIENCE = 90.0
"""Seconds to wait until all messages are handled. Pub/Sub repeats a failed delivery after 10 seconds."""
PAUSE = 0.05
USER = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def run(folder: StackFolder, user: str, log: Path | None) -> int:
    """Send the lines of standard input as a citizen's messages and print the replies, until the input ends.

    Raise StackError. At a terminal, a line that cannot be parsed only prints the error.
    """
    talk = Talk(folder, user, log)
    at_terminal = sys.stdin.isatty()
    for number, line in enumerate(_typed() if at_terminal else _piped(), 1):
        try:
            talk.take(talk_line.parse(line))
        except (StackError, ValueError) as error:
            if not at_terminal:
                raise StackError(f"line {number}: {error}") from error
            print(f"error: {error}")
    return 0


def _typed() -> Iterator[str]:
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - gives `input` a history; some builds of Python lack it
    while True:
        try:
            yield input("> ")
        except EOFError:
            print()
            return


def _piped() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


@dataclass(frozen=True)
class Turn:
    """A line that the citizen sent, and the messages that arrived afterwards.

    `text` is empty if messages arrived without a line being sent.
    """

    person: str
    text: str
    read: str
    replies: list[str]
    at: datetime

    def printed(self) -> str:
        sent = textwrap.indent(self.text, "    ").strip() or "(came meanwhile)"
        lines = [f"{self.at:%Y-%m-%d %H:%M:%S}  {self.person}: {sent}"]
        lines += [textwrap.indent(reply, "    ", lambda _: True).replace("    ", "  * ", 1) for reply in self.replies]
        lines += [] if self.replies else ["  (no reply)"]
        lines += [f"  read: {self.read}"] if self.read else []
        return "\n".join(lines)

    def logged(self, number: int) -> str:
        entry = {"n": number, "person": self.person, "text": self.text, "read": self.read, "replies": self.replies}
        return json.dumps({**entry, "at": self.at.isoformat(timespec="seconds")}, ensure_ascii=False) + "\n"


class Talk:
    def __init__(self, folder: StackFolder, user: str, log: Path | None) -> None:
        self._stack = runner_client.description(folder)
        if not USER.fullmatch(user):
            raise StackError(f"--user: {user!r} is not 1 to 64 letters, digits, _, . or -")
        if not self._stack["zalo_url"]:
            raise StackError("this stack has no Zalo simulator to talk with")
        self._folder = folder
        self._user = user
        self._log = log
        self._clock = LocalClock(folder.clock_file)
        self._phone = CitizenPhone(self._stack["zalo_url"], user, folder.data / f"talk-{user}")
        self._given_up: set[str] = set()
        if log is not None:
            append(log, [])

    def take(self, line: TalkLine) -> None:
        """Send a line, wait until the stack has handled it, and print the messages that arrived.

        A `wait` line moves the clock instead, and a `look` line only prints messages.
        """
        at = self._now()
        if meanwhile := self._phone.new_messages():
            self._note(Turn(self._user, "", "", meanwhile, at))
        if line.kind == "look":
            return
        msg_id = None
        if line.kind == "wait":
            self._move_clock(line.seconds)
        else:
            msg_id = self._phone.send(line)
        self._wait_until_quiet()
        replies = self._phone.new_messages()
        read = stored_input.read_of(self._stack, self._user, msg_id) if msg_id else ""
        self._note(Turn(self._user, line.typed, read, replies, at))

    def _now(self) -> datetime:
        return self._clock.now().astimezone(status_text.HANOI)

    def _note(self, turn: Turn) -> None:
        print(turn.printed(), flush=True)
        if self._log is not None:
            append(self._log, [turn])

    def _move_clock(self, seconds: int) -> None:
        try:
            *_, last = runner_client.move_clock(self._folder, f"+{seconds}s", wait=True)
        except KeyboardInterrupt:
            with suppress(StackError):  # the move has not begun
                halted = runner_client.call(self._folder, "POST", "/api/clock/halt", {}, timeout=600)
                print("\n" + status_text.stands(halted))
            raise
        print(status_text.stands(last))

    def _wait_until_quiet(self) -> None:
        """Wait until two successive checks find nothing unhandled and no delivery between them.

        After PATIENCE seconds, print the subscriptions that still have messages. Later calls ignore such a subscription
        until it has been empty once.
        """
        end, before = time.monotonic() + PATIENCE, None
        while True:
            events = self._phone.under_way()
            look = runner_client.call(self._folder, "GET", "/api/backlog")
            waiting: dict[str, Any] = {**look["waiting"], **({"events of Zalo": events} if events else {})}
            self._given_up &= set(waiting)
            quiet = not set(waiting) - self._given_up
            if quiet and look["progress"] == before:
                return
            if time.monotonic() > end:
                print(f"  (not quiet after {PATIENCE:.0f} s; not handled: {', '.join(sorted(waiting)) or 'nothing'})")
                self._given_up |= set(waiting)
                return
            before = look["progress"] if quiet else None
            time.sleep(PAUSE)


def append(log: Path, turns: list[Turn]) -> None:
    """Append exchanges to a log, continuing its numbering. Raise StackError if the file cannot be written.

    The file is locked meanwhile, so several processes may append.
    """
    try:
        with log.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            first = sum(1 for _ in file)
            file.writelines(turn.logged(number) for number, turn in enumerate(turns, first))
    except OSError as error:
        raise StackError(f"--log: {log}: {error.strerror}") from error
