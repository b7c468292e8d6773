"""Promises about records: complete histories, correct clocks, agreement with the portal, complete erasures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from typing import Any

from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.clock.ledger import due
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.lifecycle.transitions import OPEN_STATES, TRANSITIONS
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public import shown_state
from petitions.domain.shared.instants import hanoi
from petitions.usecases.figures.count_figures import CountFigures
from tests.property import reminder_model
from tests.property.reminder_model import Days, Running
from tests.simulation.aims import NIGHT
from tests.simulation.around.portal import NAMES
from tests.simulation.people.bureau.at_work import AtWork
from tests.simulation.people.citizens import PICTURE
from tests.simulation.promises.read_world import AtRest, who

OF_ONE = ("guidance", "contact_requests", "dead_letters")
"""Collections in which a document belongs to one citizen, and has only the citizen's pseudonym in its path."""
WAITING = {"planned", "sending", "waiting"}
RUNGS_AT_MOST = 40
NOBODY = "-"
"""The recipient of a reminder that was skipped because a later one was also due."""

_DAYS: dict[str, Days] = {}


@cache
def _calendar(data: str) -> WorkingCalendar:
    return WorkingCalendar.load(json.loads(data))


def nothing_waits_for_nobody(rest: AtRest) -> Iterator[str]:
    """Yield unsettled notices without a next attempt, unfinished erasures, and overdue attempts."""
    for path in rest.store.paths("notices"):
        fields = rest.documents[path]
        if fields["state"] in WAITING and "next_attempt_at" not in fields and fields.get("waits_for") != "citizen":
            yield f"{path} is {fields['state']} for ever"
    for path in rest.store.paths("erasures"):
        if rest.documents[path]["stage"] != "done":
            yield f"{path} is not done"
    now = rest.world.scheduler.clock.now() - timedelta(minutes=10)
    for path, fields in rest.documents.items():
        at = fields.get("next_attempt_at", now)
        if at is None:
            yield f"{path} has the time of its next attempt, and there is none"
        elif at < now:
            yield f"{path} has waited since {at:%H:%M}"


def everything_comes_to_rest(rest: AtRest) -> Iterator[str]:
    """Yield the hours without faults after which work was still pending."""
    yield from (f"not in {item / 3600:.0f} hours" for item in rest.world.restless)


def every_petition_is_routed(rest: AtRest) -> Iterator[str]:
    """Yield petitions filed here without a proposed unit, except withdrawn ones."""
    for petition in rest.petitions:
        if petition.source != "portal" and petition.routed is None and petition.state is not State.WITHDRAWN:
            yield f"{petition.code} has waited since {petition.filed_at:%H:%M}"


def histories_are_whole(rest: AtRest) -> Iterator[str]:
    """Yield histories with gaps, with steps that the table does not allow, or with a wrong last state."""
    steps = {(str(source), str(row.action)) for row in TRANSITIONS for source in row.sources}
    acts = {action for _, action in steps}
    for petition in rest.petitions:
        entries = rest.history(petition.code)
        if [entry["seq"] for entry in entries] != list(range(1, petition.version + 1)):
            yield f"{petition.code} has gaps"
        if entries and entries[-1]["to_state"] != petition.state:
            yield f"{petition.code} is {petition.state}, its last line says {entries[-1]['to_state']}"
        for before, item in pairwise(entries):
            if item.get("from_state", item["to_state"]) not in {before["to_state"], item["to_state"]}:
                yield f"{petition.code} was moved by no line between {before['seq']} and {item['seq']}"
            moved = item.get("from_state") != item["to_state"]
            if moved and item["action"] in acts and (item.get("from_state"), item["action"]) not in steps:
                yield f"{petition.code} went by {item['action']} from {item.get('from_state')}"


def no_clock_moves_but_by_its_ledger(rest: AtRest) -> Iterator[str]:
    """Yield clocks that differ from their term, calendar or ledger, and ledger entries without a history line."""
    calendar = _calendar(json.dumps(rest.calendar))
    for petition in rest.petitions:
        done = {
            (line["at"], " ".join(effect.split(" ")[:2]))
            for line in rest.history(petition.code)
            for effect in line.get("clock_effects", ())
        } | {(petition.filed_at, "start reception")}  # on paper it was received before it was entered
        for name, clock in petition.clocks.items():
            if petition.state not in OPEN_STATES and clock.stopped_at is None:
                yield f"{name} of {petition.code} runs, which is {petition.state}"
            if clock.stopped_at is None and clock.calendar_version != calendar.version:
                yield f"{name} of {petition.code} is on {clock.calendar_version}, in force is {calendar.version}"
            if clock.calendar_version == calendar.version:
                found = due(clock.rule, calendar, clock.ledger)
                if found.at != clock.due_at:
                    yield f"{name} of {petition.code} is due {clock.due_at}, by its ledger {found.at}"
            kinds = [str(entry.kind) for entry in clock.ledger if entry.kind != "extend"]
            if any(a == b for a, b in pairwise(kinds)):
                yield f"{name} of {petition.code} has {kinds}"
            strange = [str(entry.kind) for entry in clock.ledger if (entry.at, f"{entry.kind} {name}") not in done]
            if strange:
                yield f"{name} of {petition.code} has {strange} by no line"


def no_pause_is_forgotten(rest: AtRest) -> Iterator[str]:
    """Yield pauses in a history that are missing from the ledger of the clock that was running."""
    for petition in rest.petitions:
        lines = rest.history(petition.code)
        for name, clock in petition.clocks.items():
            kept = {(entry.at, str(entry.kind)) for entry in clock.ledger}
            for line in lines:
                for kind in ("pause", "resume"):
                    recorded = f"{kind} {name}" in line.get("clock_effects", ())
                    ran = clock.started_at < line["at"] < (clock.stopped_at or rest.world.scheduler.clock.now())
                    if recorded and ran and (line["at"], kind) not in kept:
                        yield f"{kind} {name} of {petition.code} is in line {line['seq']} and not in its ledger"


def reminders_are_those_of_the_model(rest: AtRest) -> Iterator[str]:
    """Yield reminders of running clocks that were missing, too early, or sent to the wrong people."""
    if rest.world.left_alone is None:
        return
    days, now = _days(rest), rest.world.scheduler.clock.now()
    reminders = [path.partition("/")[2].split(":") for path in rest.store.paths("reminders")]
    for petition in rest.petitions:
        meant = partial(_meant, rest, petition, _dealt_with(rest, petition))
        for name, clock in petition.clocks.items():
            own: dict[tuple[str, str], set[str]] = {}
            for _, _, rung, officer, version in [
                reminder for reminder in reminders if reminder[:2] == [petition.code, name]
            ]:
                own.setdefault((rung, version), set()).add(officer)
            if clock.is_running:
                wrong = _wrong_rungs(clock, own, days, now, meant)
                yield from (f"{name} of {petition.code}: {words}" for words in wrong)


def _days(rest: AtRest) -> Days:
    version = str(rest.calendar["version"])
    if version not in _DAYS:
        first = rest.world.scheduler.start_at.date() - timedelta(days=7)
        off = {day for year in rest.calendar["years"] for day in year["off"]}
        _DAYS[version] = Days.between(first, first + timedelta(days=90), off, set())
    return _DAYS[version]


def _wrong_rungs(
    clock: PetitionClock,
    own: Mapping[tuple[str, str], set[str]],
    days: Days,
    now: datetime,
    meant: Callable[[tuple[str, ...], datetime], set[str] | None],
) -> Iterator[str]:
    hours = clock.rule.amount if str(clock.rule.unit) == "working_hours" else None
    running = Running(clock.name, clock.due_version, clock.due_at, clock.started_at, hours)
    for number in range(RUNGS_AT_MOST):
        found = reminder_model.rung(running, number, days)
        if found is None:
            return
        notified = own.get((found[0], str(clock.due_version)), set())
        if found[1] > now:
            if notified:
                yield f"{found[0]} came before {found[1]:%d %H:%M}"
            return
        if clock.started_at < found[1] < now - timedelta(minutes=5):
            wanted = meant(found[2], found[1])
            if not notified and wanted != set():
                yield f"{found[0]} was due {found[1]:%d %H:%M}"
            elif notified and wanted is not None and notified not in (wanted, {NOBODY}):
                yield f"{found[0]} was told to {notified}, not to {wanted}"


def _dealt_with(rest: AtRest, petition: Petition) -> datetime:
    lines = rest.history(petition.code)
    moved = (two["at"] for one, two in pairwise(lines) if one["unit"] != two["unit"] or two["role"] != Role.SYSTEM)
    return max(moved, default=petition.filed_at)


def _meant(
    rest: AtRest, petition: Petition, dealt_with: datetime, who: tuple[str, ...], at: datetime
) -> set[str] | None:
    """Return the ids of the people to remind, or None if the petition was handled after `at`.

    In that case the responsible people may have changed, so the reminder cannot be checked.
    """
    if at < dealt_with:
        return None
    day = hanoi(at).date()
    at_work = [officer for officer in rest.officers if officer.left_at is None]

    def people(unit: str, role: str) -> set[str]:
        return {officer.id for officer in at_work if (officer.unit, officer.role) == (unit, role)}

    coordinators, heads = people("VPUB", "coordinator"), people(petition.unit, "head")
    if petition.accuses_coordinators:  # the lead of the office in charge is informed instead
        coordinators = heads
    handler = {officer.id for officer in at_work if (officer.id, officer.unit) == (petition.handler, petition.unit)}
    by_role = {
        "handler": handler or people(petition.unit, "officer") or heads or coordinators,
        "head": heads or coordinators,
        "coordinators": coordinators,
    }
    waits = ("head",) if petition.state == "awaiting_approval" and "handler" in who else ()
    wanted = {item for role in (*who, *waits) for item in by_role[role]}
    return wanted | {deputy for officer in at_work if officer.id in wanted and (deputy := officer.deputy_on(day))}


def every_morning_has_its_digest(rest: AtRest) -> Iterator[str]:
    """Yield working mornings on which a unit had no digest, or a digest without an overdue petition."""
    if rest.world.left_alone is None:
        return
    units = {str(rest.documents[path]["unit"]) for path in rest.store.paths("officers")}
    overdue = [
        (petition, clock) for petition in rest.petitions for clock in petition.clocks.values() if clock.is_running
    ]
    for day in _days(rest).days:
        morning = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        if not rest.world.left_alone < morning < rest.world.scheduler.clock.now() - timedelta(hours=1):
            continue
        for unit in units:
            digest = rest.documents.get(f"digests/{day:%Y%m%d}:{unit}")
            if digest is None:
                yield f"{unit} had none on {day}"
                continue
            for petition, clock in overdue:
                known = f"{petition.code}:{clock.name}" in digest["standings"]
                if petition.unit == unit and clock.due_at < morning and not known:
                    yield f"{petition.code} is not in that of {unit} on {day}"


def what_was_said_to_be_done_is_done(rest: AtRest) -> Iterator[str]:
    """Yield confirmed actions missing from the history, and refused ones found in it.

    Also yield petitions for which an officer's own change was reported as somebody else's.
    """
    deeds = rest.world.office.deeds
    done = {(deed.action, deed.actor, deed.code, deed.version) for deed in deeds if deed.result == "done"}
    for deed in deeds:
        entry = rest.documents.get(history_path(deed.code, deed.version + 1))
        there = entry is not None and (entry["action"], entry.get("actor")) == (str(deed.action), deed.actor)
        if deed.result == "done" and not there:
            yield f"{deed.action} of {deed.code} at {deed.version} is not there"
        again = (deed.action, deed.actor, deed.code, deed.version) in done  # not so for a refused action
        if deed.result[:9] in {"Forbidden", "Rejected ", "NotFound "} and there and not again:
            yield f"{deed.action} of {deed.code} at {deed.version} was refused and done"
    yield from (f"{code}: somebody else's" for code in rest.world.office.blamed)


def the_public_sees_what_is(rest: AtRest) -> Iterator[str]:
    """Yield petitions with a wrong public status, and personal data in the public database."""
    for petition in rest.petitions:
        status = rest.world.public.documents.get(f"statuses/{petition.code}")
        if status is None or status["state"] != str(shown_state(petition.state)):
            yield f"{petition.code} is {petition.state}, shown is {status and status['state']}"
    public = json.dumps(rest.world.public.documents, default=str, ensure_ascii=False)
    for citizen in rest.world.citizens:
        for mark in (citizen.mark, citizen.phone[1:], citizen.user, "Nguyễn Thị Lan"):
            if mark in public:
                yield f"{mark} of {citizen.user} is public"


def figures_equal_a_recount(rest: AtRest) -> Iterator[str]:
    """Yield running totals that differ from a new count of today, this month, or open petitions."""
    count = CountFigures(rest.store)
    today = hanoi(rest.world.scheduler.clock.now()).date().isoformat()
    for counted in (count.standing(), count.day(today), count.month(today[:7])):
        yield from counted.words()
    for path, fields in rest.documents.items():
        if "/history/" in path and "unfolded_at" in fields:
            yield f"{path} is not counted"


def nothing_is_left_of_the_erased(rest: AtRest) -> Iterator[str]:
    """Yield data of erased citizens in any store, except the content of petitions, which the law keeps."""
    for citizen in rest.world.citizens:
        if not (citizen.erased or citizen.withdrawn) or rest.came_back(citizen.user):
            continue
        sent = PICTURE + bytes([citizen.number])
        held = [name for name, content in rest.world.buckets["attachments"].objects.items() if content == sent]
        yield from (f"a picture of {citizen.user} is in {name}" for name in held)
        for name, store in rest.world.databases.items():
            for path, fields in store.documents.items():
                kept = 2 if path.startswith(("petitions/", "portal_inbound/")) else 3
                written = f"{path} {json.dumps(fields, default=str, ensure_ascii=False)}"
                for mark in (citizen.user, citizen.phone[1:], citizen.mark)[:kept]:
                    if mark in written:
                        yield f"{mark} of {citizen.user} is in {name} {path}"
        for path in [path for name in OF_ONE for path in rest.store.paths(name)]:
            if rest.documents[path].get("citizen") == who(citizen.user):
                yield f"{path} of {citizen.user} is still there"
        if citizen.user not in rest.zalo.forgotten and f"citizens/{who(citizen.user)}" in rest.documents:
            yield f"Zalo was not asked to forget {citizen.user}"


def both_sides_are_equal(rest: AtRest) -> Iterator[str]:
    """Yield differences between the portal's records and ours that are not listed for an officer."""
    records = rest.portal.store.records()
    yield from (f"{key} was called twice" for key in rest.portal.repeated)
    ours = Counter(item["our_code"] for item in records if item["our_code"])
    yield from (f"{code} has {count} records at the portal" for code, count in ours.items() if count > 1)
    here = Counter(item.sync.national_code for item in rest.petitions if item.sync.national_code)
    yield from (f"{code} has {count} petitions here" for code, count in here.items() if count > 1)
    board = {rest.documents[path]["code"] for path in rest.store.paths("portal_differences")}
    by_code = {item.code: item for item in rest.petitions}
    national = {item.sync.national_code: item for item in rest.petitions}
    for record in records:
        petition = by_code.get(record["our_code"]) or national.get(record["code"])
        if petition is None:
            yield f"{record['code']} is only at the portal"
        elif petition.code not in board and (difference := _difference(petition, record)):
            yield f"{petition.code} {difference}"
    for petition in rest.petitions:
        if petition.classified and petition.sync.national_code is None and _goes_there(petition):
            yield f"{petition.code} ({petition.state}) never came to the portal: {petition.sync}"


def nothing_goes_out_before_it_is_read(rest: AtRest) -> Iterator[str]:
    """Yield petitions sent to the portal before an officer classified them, or despite an accusation."""
    for petition in rest.petitions:
        records = [record for record in rest.portal.store.records() if record["our_code"] == petition.code]
        if petition.source != "portal" and records:
            read = [item["at"] for item in rest.history(petition.code) if item.get("classified")]
            there = min(datetime.fromisoformat(record["made_at"]) for record in records) - rest.portal.skew
            if not read or min(read) > there:
                yield f"{petition.code} was at the portal before anybody had read it"
            accused = petition.accused and not any(at > there for at in read)  # and not only by a later reading
            if accused and not petition.merged_into and not petition.absorbed:
                yield f"{petition.code} accuses {petition.accused} and is at the portal"


def nothing_is_left_for_the_night(rest: AtRest) -> Iterator[str]:
    """Yield how many differences from the portal the nightly comparison found, by kind.

    Differences that need a person are left out. All others should have been repaired by day.
    """
    board = [rest.documents[path] for path in rest.store.paths("portal_differences")]
    if any(item["kind"] == "conflict" for item in board):  # a person looks, and the night repairs the rest
        return
    if rest.world.scheduler.aim == NIGHT:  # the comparison also ran by day, while changes were on their way
        return
    # Given back at the portal once more while in progress here, it is reported with the next step.
    again = sum(item["there"] == NAMES.states[State.REDO] for item in board if item["kind"] == "state")
    for path in rest.store.paths("portal_state"):
        for kind, count in (rest.documents[path].get("differences") or {}).items():
            if kind != "state" or count > again:
                yield f"{count} {kind}"


def _goes_there(petition: Petition) -> bool:
    secret = petition.accused or petition.closed_with
    return (
        petition.petition_class == "pakn"
        and not secret
        and petition.restricted_at is None
        and petition.state != "merged"
    )


def _difference(petition: Petition, record: Mapping[str, Any]) -> str | None:
    if petition.restricted_at is not None:
        return None
    if record["state"] != NAMES.states[petition.state]:
        return f"is {petition.state}, at the portal {record['state']}"
    given = petition.reply.text if petition.reply and petition.reply.approved_at else None
    there = record["answer"]["NOIDUNGTRALOI"] if record["answer"] else None
    if given and given != there:
        return "has another answer at the portal"
    level = int(record["rating"]["MUCDO"]) if record["rating"] else 0
    if level != (petition.rating.level if petition.rating else 0):
        return f"is rated {petition.rating and petition.rating.level}, at the portal {level}"
    return None


def growth_is_bounded(rest: AtRest) -> Iterator[str]:
    """Yield counts of documents, messages and deliveries that are too large for the events and actions of the run."""
    world = rest.world
    happened = len(rest.zalo.acknowledged) + len(world.office.deeds) + len(rest.portal.codes()) + world.days
    happened += sum(other.events for other in world.others.values() if isinstance(other, AtWork))
    documents = sum(len(store.documents) for store in world.databases.values())
    of_reminders = 3 * len(list(rest.store.paths("reminders")))  # each with a notice; the model bounds their number
    if documents - of_reminders > 40 + 12 * happened:
        yield f"{documents} documents of {happened} events"
    if len(world.pubsub.published) > 20 + 12 * happened:
        yield f"{len(world.pubsub.published)} messages of {happened} events"
    if world.pubsub.attempts > 40 + 3 * len(world.pubsub.published):
        yield f"{world.pubsub.attempts} deliveries of {len(world.pubsub.published)} messages"


def nothing_is_closed_undecided(rest: AtRest) -> Iterator[str]:
    """Yield petitions closed while an earlier request of their filer was undecided."""
    requests = [fields for path, fields in rest.documents.items() if path.startswith("contact_requests/")]
    for petition in rest.petitions:
        lines = rest.history(petition.code)
        for at in (line["at"] for line in lines if line["action"] == Action.CLOSE and line["role"] != Role.PORTAL):
            for request in (one for one in requests if one.get("code") == petition.code and one["at"] < at):
                decided = [request[name] for name in ("answered_at", "closed_at") if request.get(name)]
                if not decided or min(decided) > at:
                    yield f"{petition.code} was closed at {at:%d %H:%M}, and {request['why']} was undecided"


OF_RECORDS = (
    nothing_is_closed_undecided,
    nothing_waits_for_nobody,
    everything_comes_to_rest,
    every_petition_is_routed,
    histories_are_whole,
    no_clock_moves_but_by_its_ledger,
    no_pause_is_forgotten,
    reminders_are_those_of_the_model,
    every_morning_has_its_digest,
    what_was_said_to_be_done_is_done,
    nothing_goes_out_before_it_is_read,
    the_public_sees_what_is,
    figures_equal_a_recount,
    nothing_is_left_of_the_erased,
    growth_is_bounded,
)
AT_THE_END = (both_sides_are_equal, nothing_is_left_for_the_night)
"""Promises that hold after both sides have been compared."""
