"""Steps of the rehearsal from a deployed project to the first petition.

They cover Zalo's console, the first officers, the consent of the Official Account, and a citizen's messages.
"""

from __future__ import annotations

import re

import httpx

from infra import manifest
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.deployed.jobs import fire, fire_all, fire_each_minute
from infra.rehearsal.walk.people import UNIT, Citizen, Officer, wait_for
from infra.rehearsal.walk.stage import PROJECT, Stage

COORDINATOR, HANDLER, ADMINISTRATOR = "van.phong@example.vn", "mot.cua@example.vn", "quan.tri@example.vn"
STAFF = {
    COORDINATOR: ("Phạm Thị Ngọc", "VPUB", "coordinator"),
    HANDLER: ("Lê Quang Minh", UNIT, "officer"),
    ADMINISTRATOR: ("Đặng Quốc Bảo", "VPUB", "admin"),
}
"""The officers to enter, by e-mail address: name, unit and role."""

LETTER_SAYS = "Đèn đường trước số 5 phố Hàng Bông không sáng đã một tuần"
LETTER = f"""From: An <an@example.org>
To: pakn@example.vn
Subject: =?utf-8?q?=C4=90=C3=A8n_=C4=91=C6=B0=E1=BB=9Dng?=
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{LETTER_SAYS}.
"""

PHOTO, JPEG = "/static/photo.jpg", b"\xff\xd8\xff"


def functions_start(stage: Stage) -> None:
    stage.running.follow()


def zalo_s_console(stage: Stage) -> None:
    """Enter the webhook address of the deployment at the fake Zalo, so that Zalo sends its events there."""
    events = stage.running.front.address(stage.output("webhook_url"))
    stage.running.around.fakes(stage.tree.variables["settings"], events)


def officers(stage: Stage) -> None:
    """Enter the first officers with `make officer` and put them in the group of Identity-Aware Proxy.

    Raises StepError if the desk admits somebody outside the group.
    """
    stage.state.switches["group-members"] = {stage.tree.variables["officers_group"]: set(STAFF)}
    for email, (name, unit, role) in STAFF.items():
        person = ("--email", email, "--name", name, "--unit", unit, "--role", role)
        stage.verb("officer", "--project", PROJECT, *person, "--yes")
    page = officer(stage, "nobody@example.vn").asks("GET", "/")
    if page.status_code != httpx.codes.FORBIDDEN:
        raise StepError(f"the desk let in somebody who is not in the group: {page.status_code}")


def consent(stage: Stage) -> None:
    """Give the app the Official Account's consent at the desk, as the coordinator who administers the account."""
    officer(stage, COORDINATOR).allows()


def petition(stage: Stage) -> None:
    """File a petition with a photo as a citizen, and follow it to the ward's desk and to the portal.

    Raises StepError if the photo or the national code is missing, or if a function called a foreign host.
    """
    code = Citizen(stage.running).files(PHOTO)
    handler = officer(stage, HANDLER)
    wait_for(lambda: handler.petition(code) or None, f"{code} with the unit {UNIT}")
    photo = wait_for(lambda: _stored(handler.petition(code)), f"the photo of {code}")
    if not handler.asks("GET", photo).content.startswith(JPEG):
        raise StepError(f"the desk shows no photo at {photo}")
    handler.does(code, "accept")
    record = wait_for(lambda: _at_the_portal(stage, code), f"{code} at the portal")
    fire_each_minute(stage.state, stage.running.front)
    if not record["code"].startswith("PAKN."):
        raise StepError(f"the portal gave no national code: {record}")
    stage.kept["code"] = code
    stage.notes.append(f"{code} is with {UNIT} and at the portal as {record['code']}")
    if stage.running.outside.refused:
        raise StepError(f"functions asked for hosts that are not theirs: {sorted(set(stage.running.outside.refused))}")


def other_system(stage: Stage) -> None:
    """Create an account for another system, which may read the petitions of its unit.

    Raises StepError unless the account's key opens /api/v1 without Identity-Aware Proxy, and nothing else.
    """
    account: dict[str, str | list[str]] = {
        "id": "tong-dai",
        "name": "Tổng đài 1022",
        "unit": UNIT,
        "rights": ["read", "unit"],
        "a_minute": "120",
    }
    key = officer(stage, ADMINISTRATOR).admits(account)
    desk = stage.running.front.address(_desk(stage))
    forged, known = {"X-Goog-Iap-Jwt-Assertion": "forged"}, {"Authorization": f"Bearer {key}"}
    for path, headers, wanted in (
        (f"/api/v1/petitions/{stage.kept['code']}", known, 200),
        ("/api/v1/units", {}, 401),
        ("/api/v1/units", forged | known, 403),
        ("/api/v1", known, 404),
        ("/", forged | known, 403),
    ):
        answer = httpx.get(f"{desk}{path}", headers=headers, timeout=120, trust_env=False)
        if answer.status_code != wanted:
            raise StepError(f"{path} with {sorted(headers)}: {answer.status_code}, not {wanted}: {answer.text[:300]}")


def deliver_email(stage: Stage) -> None:
    """Deliver a citizen's e-mail, run the schedule that reads the mailbox, and find the e-mail at the desk."""
    stage.running.around.receive_mail(LETTER.encode())
    fire(stage.state, stage.running.front, "mailbox-read")
    coordinator = officer(stage, COORDINATOR)
    found = re.search(r'href="(/mails/[^"/?#]+)"', coordinator.asks("GET", "/mails").text)
    if found is None:
        raise StepError("the letter is not in the tray")
    page = coordinator.asks("GET", found[1])
    if page.status_code != httpx.codes.OK or LETTER_SAYS not in page.text:
        raise StepError(f"the letter's page does not show it: {page.status_code}: {page.text[:300]}")


def schedules(stage: Stage) -> None:
    names = fire_all(stage.state, stage.running.front)
    if set(names) != set(manifest.load().schedules):
        raise StepError(f"not all schedules were deployed and run: {names}")
    stage.notes.append(f"{len(names)} jobs")


def _stored(page: str) -> str | None:
    found = re.search(r'href="(/petitions/[^"/]+/files/[^"/]+)"', page)
    return found[1] if found else None


def still_there(stage: Stage) -> None:
    """Check that the first petition is still at the desk. Raises StepError if it is not."""
    if not officer(stage, HANDLER).petition(stage.kept["code"]):
        raise StepError(f"the petition {stage.kept['code']} is lost")
    stage.notes.append(f"{stage.kept['code']} is still at the desk")


def _at_the_portal(stage: Stage, code: str) -> dict[str, str] | None:
    records = httpx.get(f"{stage.running.around.url('portal')}/sim/records", trust_env=False).json()
    return next((record for record in records if record["our_code"] == code and record["code"]), None)


def officer(stage: Stage, email: str) -> Officer:
    """Return an officer with this e-mail address, signed in at the deployed desk."""
    return Officer(stage.running, _desk(stage), email)


def _desk(stage: Stage) -> str:
    return f"https://desk.{stage.tree.variables['domain']}"
