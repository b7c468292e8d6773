"""Command line of the local stack. Only starting and stopping a stack needs more than the standard library."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

from infra.local.clock import LocalClock
from infra.local.commands import lifecycle, runner_client, status_text, talk, zalo_event
from infra.local.commands.talk_line import LINES_HELP
from infra.local.stack.folder import StackError, StackFolder
from infra.paths import ROOT

PORTS_HELP = """\
Ports are free ones, the same at the next start while they are still free. A port is given by the name of its
server and _PORT: CONSOLE_PORT, ZALO_PORT, PORTAL_PORT, SMTP_PORT, MAILBOX_PORT, FIRESTORE_PORT,
FIRESTORE_ADMIN_PORT, PUBSUB_PORT, PUBSUB_ADMIN_PORT, STORAGE_PORT, and per function its own name, such as
DESK_PORT, PUBLIC_SITE_PORT, ZALO_WEBHOOK_PORT (the gate) and DESK_PRIVATE_PORT (the process behind it).
A setting of the manifest in the environment wins over the local default; a given ZALO_OPENAPI_URL (or another
address of Zalo), PORTAL_URL or SMTP_URL is used instead of the simulator of that system, and
FIRESTORE_EMULATOR_HOST or PUBSUB_EMULATOR_HOST instead of the built-in emulator. EMULATOR=google starts Google's own
emulators through an installed gcloud. FROZEN=yes starts as after a restore: pushes off, schedules paused. TRAINING=1
makes the cases of the training; a new stack then begins in working hours."""


SHARE_STEP = 0.1
"""The share of the way after which the progress of moving the clock is printed.

It applies only if the output is not a terminal.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command of the local stack, such as `up`, and return its exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        folder = StackFolder.of(parsed.stack)
        return int(parsed.do(folder, parsed))
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--stack",
        default=os.environ.get("STACK") or "default",
        help="which stack (default: $STACK, else `default`)",
    )
    starting = argparse.ArgumentParser(add_help=False)
    starting.add_argument("--functions", type=Path, default=ROOT / "functions", help="folder of the functions")
    parser = argparse.ArgumentParser(
        prog="python -m infra.local",
        description="The whole system on one laptop.",
        epilog=PORTS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(name: str, what: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=what, description=what, parents=[common, *parents])

    run = verb("run", "start everything in the foreground; Ctrl-C stops it", starting)
    run.set_defaults(do=lambda folder, parsed: lifecycle.run(folder, parsed.functions.resolve()))
    up = verb("up", "start everything in the background; returns when all is healthy", starting)
    up.set_defaults(do=lambda folder, parsed: lifecycle.up(folder, parsed.functions.resolve()))
    keep = verbs.add_parser("supervise", parents=[common, starting])
    keep.add_argument("--report-to", type=int, required=True)
    keep.set_defaults(do=lambda folder, parsed: lifecycle.supervise(folder, parsed.functions, parsed.report_to))
    verb("down", "stop it; the state stays").set_defaults(do=lambda folder, _: lifecycle.down(folder))
    verb("reset", "empty the state, running or not").set_defaults(do=lambda folder, _: lifecycle.reset(folder))
    status = verb("status", "processes, memory, backlog, clock, schedules")
    status.set_defaults(do=_status)
    clock = verb("clock", "move the clock forward through every schedule due on the way; Ctrl-C stops it there")
    clock.add_argument("to", help="+3d, +2h30m, next-work-day, or a time of Hanoi such as 2026-12-01T08:00")
    clock.set_defaults(do=_clock)
    fire = verb("fire", "run one schedule now")
    fire.add_argument("schedule")
    fire.set_defaults(do=_fire)
    _event_parser(verb("event", "send a signed event of Zalo to the webhook"))
    _talk_parser(verb("talk", "a citizen's conversation with the Official Account, line by line"))
    return parser


def _event_parser(event: argparse.ArgumentParser) -> None:
    event.add_argument("kind", choices=["text", "image", "location", "raw"])
    event.add_argument(
        "content",
        nargs="+",
        help='text: "..."; image: URL; location: LATITUDE LONGITUDE; raw: FILE or -, sent as it is',
    )
    event.add_argument("--user", help="the citizen's id (needed but for raw)")
    event.add_argument("--times", type=int, default=1, help="deliver the same event so many times")
    event.add_argument("--msg-id", help="default: a fresh one")
    event.set_defaults(do=_event)


def _talk_parser(talking: argparse.ArgumentParser) -> None:
    talking.formatter_class = argparse.RawDescriptionHelpFormatter
    talking.epilog = LINES_HELP
    talking.add_argument("--user", required=True, help="the citizen's id; a new one is a new citizen")
    talking.add_argument("--log", type=Path, help="append every line with its replies to this file, as JSON")
    talking.set_defaults(do=lambda folder, parsed: talk.run(folder, parsed.user, parsed.log))


def _status(folder: StackFolder, _parsed: argparse.Namespace) -> int:
    print(status_text.status(runner_client.call(folder, "GET", "/api/status")))
    return 0


def _clock(folder: StackFolder, parsed: argparse.Namespace) -> int:
    on_screen, printed = sys.stdout.isatty(), 0.0
    start = "\r" if on_screen else ""
    try:
        for line in runner_client.move_clock(folder, parsed.to):
            if line["done"]:
                print(start + status_text.stands(line))
            elif "share" in line and (on_screen or line["share"] - printed >= SHARE_STEP):
                printed = line["share"]
                print(start + status_text.on_the_way(line), end=" " if on_screen else "\n", flush=True)
    except KeyboardInterrupt:
        print("\n" + status_text.stands(runner_client.call(folder, "POST", "/api/clock/halt", {}, timeout=600)))
        return 130
    return 0


def _fire(folder: StackFolder, parsed: argparse.Namespace) -> int:
    run = runner_client.call(folder, "POST", f"/api/fire/{parsed.schedule}", {}, timeout=1900)
    print(f"{parsed.schedule}: {run['status']} in {run['ms']:.0f} ms")
    return 0


def _event(folder: StackFolder, parsed: argparse.Namespace) -> int:
    stack = runner_client.description(folder)
    environment = stack["env"].get("zalo_webhook")
    if environment is None:
        raise StackError("this stack has no function zalo_webhook")
    body = _body(folder, parsed, environment)
    key = environment["ZALO_OA_SECRET_KEYS"].split(",")[0].strip()
    headers = {"X-ZEvent-Signature": zalo_event.sign(body, environment["ZALO_APP_ID"], key)}
    _, msg_id = zalo_event.facts(body)
    statuses = []
    for _ in range(parsed.times):
        try:
            statuses.append(zalo_event.post(stack["functions"]["zalo_webhook"], body, headers))
        except OSError as error:
            raise StackError(f"the webhook does not answer: {error}") from error
        print(f"{statuses[-1]} msg_id={msg_id}", flush=True)
    if stack["zalo_url"]:
        with suppress(OSError):  # the phone's page shows the event too, but scripts do not depend on that
            zalo_event.observe(stack["zalo_url"], body)
    return 0 if all(status == zalo_event.ACCEPTED for status in statuses) else 1


def _body(folder: StackFolder, parsed: argparse.Namespace, environment: dict[str, str]) -> bytes:
    expected = 2 if parsed.kind == "location" else 1
    if len(parsed.content) != expected:
        raise StackError(f"event {parsed.kind} takes {expected} value(s), {len(parsed.content)} are given")
    if parsed.times < 1:
        raise StackError("--times is at least 1")
    if parsed.kind == "raw":
        try:
            source = parsed.content[0]
            return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        except OSError as error:
            raise StackError(f"{parsed.content[0]}: {error.strerror}") from error
    if not parsed.user:
        raise StackError(f"event {parsed.kind} needs --user ID")
    if fault := zalo_event.fault(parsed.kind, parsed.content):
        raise StackError(fault)
    return zalo_event.build(
        parsed.kind,
        parsed.content,
        user=parsed.user,
        app_id=environment["ZALO_APP_ID"],
        oa_id=environment["ZALO_OA_ID"],
        now=LocalClock(folder.clock_file).now(),
        msg_id=parsed.msg_id,
    )
