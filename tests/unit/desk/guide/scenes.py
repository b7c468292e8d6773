"""The pages pictured in the desk's help, with sample data, and digests of each picture's sources."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.words.help_texts import TOPICS, HelpTopic
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition import Petition, Rating
from tests.unit.desk.busy import fill
from tests.unit.desk.difficulties.reported import reported
from tests.unit.desk.mailbox.planted import mail
from tests.unit.desk.office import Office, differs
from tests.unit.desk.petition.entering import entered
from tests.unit.desk.reports.making import made_and_frozen
from tests.unit.desk.scoring.planted import plant
from tests.unit.desk.shell.sights import files_of_entries, sends_files

DESK = Path(__file__).parents[4] / "functions" / "desk"
SHARED = DESK.parent / "petitions" / "templates"
PICTURES = DESK / "assets" / "help"
MADE_OF = Path(__file__).with_name("pictures.json")
"""The file with the digest of every picture's sources: the template of its page and the words of the help."""
AFTER_A_FORM = "/bulk"
LARGEST = 30 * 1024


@dataclass(frozen=True)
class Scene:
    """The page in a picture and the officer who opens it. `sought` is the text entered on the search page."""

    who: str
    path: str
    sought: str = ""


def busy_office(office: Office) -> dict[str, Scene]:
    """Fill the desk with sample data, and return the scene for every page with a help topic, by route."""
    filed = fill(office, 60)
    some = {
        state: next(petition for petition in filed if petition.state is state)
        for state in (State.NEW, State.IN_PROGRESS)
    }
    twins = [office.filed_in("SXD"), office.filed_in("SXD")]
    by_hand = entered(office, office.at_desk("sxd-officer"))
    _happenings(office, filed)
    desk, admin, head = "coordinator", "admin", "sxd-head"
    in_progress = f"/petitions/{some[State.IN_PROGRESS].code}"
    return {
        "/": Scene("sxd-officer", "/"),
        "/filters": Scene("sxd-officer", "/filters"),
        "/petitions/<code>": Scene("sxd-officer", f"/petitions/{some[State.NEW].code}"),
        "/petitions/<code>/answer": Scene("sxd-officer", f"{in_progress}/answer"),
        "/petitions/<code>/merge": Scene(desk, f"/petitions/{twins[1].code}/merge?main={twins[0].code}"),
        "/petitions/<code>/receipt": Scene("sxd-officer", f"/petitions/{by_hand.code}/receipt"),
        "/petitions/<code>/papers/<paper_id>": Scene(head, _paper(office, in_progress)),
        "/petitions/<code>/audit": Scene(head, f"{in_progress}/audit"),
        "/search": Scene("sxd-officer", "/search", "khai sinh"),
        "/take-in": Scene("sxd-officer", "/take-in"),
        "/take-in/file": Scene(desk, "/take-in/file"),
        "/take-in/mine": Scene(desk, "/take-in/mine"),
        "/take-in/file/<job_id>": Scene(desk, _entry_file(office)),
        "/mails": Scene(desk, "/mails"),
        "/mails/<mail_id>": Scene(desk, f"/mails/{mail(office, 'waits').id}"),
        "/team": Scene(head, "/team"),
        "/team/answers": Scene(head, "/team/answers"),
        "/contacts": Scene(desk, "/contacts"),
        "/contacts/dissatisfied": Scene(desk, "/contacts/dissatisfied"),
        "/difficulties": Scene("sxd-officer", "/difficulties"),
        "/difficulties/new": Scene("sxd-officer", "/difficulties/new"),
        "/difficulties/<difficulty_id>": Scene(desk, f"/difficulties/{reported(office).id}"),
        "/difficulties/quarter": Scene(desk, "/difficulties/quarter"),
        "/boards/lateness": Scene(desk, "/boards/lateness"),
        "/boards/reminders": Scene(desk, "/boards/reminders"),
        "/boards/undelivered": Scene(desk, "/boards/undelivered"),
        "/boards/letters": Scene(desk, "/boards/letters"),
        "/figures": Scene(desk, "/figures"),
        "/figures/list": Scene(desk, "/figures/list?count=arrived"),
        "/jobs": Scene(desk, "/jobs"),
        **_reported(office),
        **_scored(office),
        "/portal": Scene(desk, "/portal"),
        "/audit": Scene(admin, "/audit"),
        "/admin": Scene(admin, "/admin"),
        "/admin/officers/<officer_id>": Scene(admin, "/admin/officers/sxd-officer"),
        "/admin/import": Scene(admin, "/admin/import"),
        "/admin/units": Scene(admin, "/admin/units"),
        "/admin/units/<unit_code>": Scene(admin, "/admin/units/SXD"),
        "/admin/texts": Scene(admin, "/admin/texts"),
        "/admin/texts/<key>": Scene(admin, "/admin/texts/answered"),
        "/admin/answers": Scene(admin, "/admin/answers"),
        "/admin/answers/<template_id>": Scene(admin, "/admin/answers/handled"),
        "/admin/reference/<kind>": Scene(admin, "/admin/reference/deadline_rules"),
        "/admin/start": Scene(admin, "/admin/start"),
        "/admin/systems": Scene(admin, "/admin/systems"),
        "/zalo": Scene(desk, "/zalo"),
        "/me": Scene("sxd-officer", "/me"),
    }


def _entry_file(office: Office) -> str:
    sends_files(office, office.at_desk("coordinator"))
    return f"/take-in/file/{files_of_entries(office)[0]}"


def _scored(office: Office) -> dict[str, Scene]:
    year = plant(office.store, office.frozen, office.clock.now(), "calendar-year-2025").id
    return {
        "/scoring": Scene("inspector", "/scoring"),
        "/scoring/<scoring_id>": Scene("inspector", f"/scoring/{year}"),
        "/scoring/<scoring_id>/units/<unit_code>": Scene("sxd-head", f"/scoring/{year}/units/SXD"),
    }


def _reported(office: Office) -> dict[str, Scene]:
    made, frozen = made_and_frozen(office)
    cell = "cells?row=HANOI&column=total"
    return {
        "/management": Scene("sxd-head", "/management"),
        "/reports": Scene("coordinator", "/reports"),
        "/reports/<job_id>": Scene("coordinator", made),
        "/reports/<job_id>/cells": Scene("coordinator", f"{made}/{cell}"),
        "/reports/frozen/<report_id>/<int:version>": Scene("coordinator", frozen),
        "/reports/frozen/<report_id>/<int:version>/cells": Scene("coordinator", f"{frozen}/{cell}"),
    }


def _paper(office: Office, in_progress: str) -> str:
    begun = office.at_desk("sxd-head").submit(f"{in_progress}/papers", kind="receipt", key="p" * 20)
    return begun.headers["Location"]


def _happenings(office: Office, filed: list[Petition]) -> None:
    office.fold()
    differs(office, "D1", code=filed[0].code)
    officer = office.at_desk("sxd-officer")
    officer.see(f"/petitions/{filed[1].code}")
    for name, filters in (
        ("Việc khẩn của tôi", {"level": "urgent", "mine": "1"}),
        ("Chưa tiếp nhận", {"state": "new"}),
    ):
        officer.submit("/filters", name=name, view="open", **filters)
    person = "7" * 19
    petition = office.files(user=person)
    office.types("cho tôi gặp cán bộ", user=person)
    notice_path = next(path for path in office.store.paths("notices"))
    failed = {"state": "undeliverable", "error": "zalo-230", "about": {"code": petition.code, "seq": 1}}
    office.store.update(notice_path, failed)
    letter: dict[str, Any] = {
        "consumer": "petition-events-routing", "message_id": "77", "reason": "unexpected", "attempts": 5,
        "payload": json.dumps({"code": petition.code}).encode(), "key": petition.code, "attributes": {},
        "kept_at": office.clock.now(),
    }  # fmt: skip
    office.store.create("dead_letters/petition-events-routing:77", letter)
    rating = Rating(level=3, at=office.clock.now(), reason="Chưa ai gọi lại cho tôi như đã hẹn")
    answered = next(item for item in filed if item.state is State.ANSWERED)
    office.store.update(f"petitions/{answered.code}", {"rating": rating.stored()})
    office.reminders()


def digest(topic: HelpTopic) -> str:
    """Return a digest of the topic's template with its includes and of the help text."""
    words = json.dumps([(help_point.words, help_point.mark) for help_point in topic.points], ensure_ascii=False)
    taken_in = "".join(_source(name) for name in sorted(_add_includes(topic.template, set())))
    return hashlib.sha256((taken_in + words).encode()).hexdigest()[:16]


def _source(name: str) -> str:
    own = DESK / "templates" / name
    return (own if own.exists() else SHARED / name).read_text()


def _add_includes(name: str, known: set[str]) -> set[str]:
    """Add the names of a template and of all its includes to `known`, and return `known`.

    `base.html`, the frame of all pages, is left out. An include whose name is built at run time (`"_action_" ~ name`)
    stands for every template that begins with the constant part.
    """
    known.add(name)
    named = re.findall(r'{% (?:include|import|from|extends) "([^"]+)"', _source(name))
    begins = tuple(other for other in named if not other.endswith(".html"))
    alike = {path.name for path in (DESK / "templates").iterdir() if begins and path.name.startswith(begins)}
    for other in ({*named} - {*begins} | alike) - known - {"base.html"}:
        _add_includes(other, known)
    return known


def stored_digests() -> dict[str, str]:
    """Return the stored digests by picture, or {} if there is no file of digests."""
    found: dict[str, str] = json.loads(MADE_OF.read_text()) if MADE_OF.exists() else {}
    return found


def outdated() -> list[str]:
    """Return the pictures that are missing or older than their sources. Pages reached by a form have no picture."""
    known = stored_digests()
    return sorted(
        topic.picture
        for rule, topic in TOPICS.items()
        if rule != AFTER_A_FORM
        and (known.get(topic.picture) != digest(topic) or not (PICTURES / f"{topic.picture}.webp").exists())
    )
