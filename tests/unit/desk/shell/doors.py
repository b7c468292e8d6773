"""Every route of the desk: who may use it, with what body, and what they see."""

from __future__ import annotations

from dataclasses import dataclass, field

from petitions.adapters.reference import parsed
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.shared.fingerprint import version_of

# Of a petition that lies with SXD: who may see it.
SEES = {
    "sxd-officer": True,
    "sxd-head": True,
    "syt-officer": False,
    "syt-head": False,
    "coordinator": True,
    "inspector": True,
    "admin": False,
}
HANDLERS = {Role.OFFICER, Role.HEAD, Role.COORDINATOR}
WRITERS = {Role.OFFICER, Role.HEAD}
STAFFING = {Role.HEAD, Role.COORDINATOR}
EVERYBODY = HANDLERS | {Role.INSPECTOR}
ANYBODY = EVERYBODY | {Role.ADMIN}
ADMINS = {Role.ADMIN}
SKELETONS = version_of(parsed("answers.json"))


@dataclass(frozen=True)
class Door:
    """A route: which roles it lets in, and whether it is about a petition, which is then absent for other units."""

    method: str
    roles: set[Role]
    petition: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    state: str = "new"
    walked: bool = True  # else in the test of its own, with what it needs
    absent: bool = False  # what it is about is not there in this walk


# Every route but the entrance. Whoever adds one classifies it here.
DOORS = {
    "/": Door("GET", EVERYBODY),
    "/filters": Door("POST", EVERYBODY, fields={"name": "Việc của tôi"}),
    "/sign-out": Door("POST", ANYBODY),
    "/petitions/<code>": Door("GET", EVERYBODY, petition=True),
    "/petitions/<code>/reveal": Door("POST", HANDLERS, petition=True, fields={"reason": "gọi hẹn làm việc"}),
    "/petitions/<code>/erase": Door("POST", {Role.COORDINATOR}, petition=True, fields={"reason": "đơn đề nghị"}),
    "/petitions/<code>/actions/<action>": Door("POST", HANDLERS, petition=True, fields={"version": "1"}),
    "/petitions/<code>/merge": Door("GET", {Role.COORDINATOR}, petition=True, walked=False),
    "/petitions/<code>/recovery": Door("POST", {Role.HEAD}, petition=True, fields={"version": "1"}),
    "/me": Door("GET", ANYBODY),
    "/me/settings": Door("POST", ANYBODY),
    "/petitions/<code>/notes": Door("POST", HANDLERS, petition=True, fields={"kind": "noted", "text": "đã xem"}),
    "/petitions/<code>/answer": Door("GET", WRITERS, petition=True, state="in_progress"),
    "/petitions/<code>/receipt": Door("GET", HANDLERS, petition=True, walked=False),
    "/take-in": Door("GET", HANDLERS),
    "/bulk": Door("POST", STAFFING, fields={"do": "remind", "code": "HN-261124-1XCF-TP94"}),
    "/contacts": Door("GET", HANDLERS),
    "/contacts/dissatisfied": Door("GET", HANDLERS),
    "/contacts/<request_id>/see": Door("POST", HANDLERS, absent=True),
    "/contacts/<request_id>/answer": Door("POST", HANDLERS, fields={"text": "Chào anh/chị"}, absent=True),
    "/contacts/<request_id>/close": Door("POST", HANDLERS, fields={"outcome": "helped"}, absent=True),
    "/team": Door("GET", STAFFING),
    "/team/hand-over": Door("POST", STAFFING),
    "/team/deputy": Door("POST", STAFFING, walked=False),
    "/zalo": Door("GET", {Role.COORDINATOR}),
    "/zalo/begin": Door("POST", {Role.COORDINATOR}),
    "/zalo/callback": Door("GET", {Role.COORDINATOR}),
    "/portal": Door("GET", {Role.COORDINATOR}),
    "/portal/<difference_id>/repair": Door("POST", {Role.COORDINATOR}),
    "/portal/<difference_id>/dismiss": Door("POST", {Role.COORDINATOR}, fields={"reason": "đã gọi hỏi"}),
    "/api/portal/differences": Door("GET", {Role.COORDINATOR}),
    "/api/portal/differences/<difference_id>/repair": Door("POST", {Role.COORDINATOR}),
    "/api/portal/differences/<difference_id>/dismiss": Door("POST", {Role.COORDINATOR}),
    "/figures": Door("GET", EVERYBODY),
    "/figures.csv": Door("GET", EVERYBODY),
    "/boards/triage": Door("GET", {Role.COORDINATOR}),
    "/boards/lateness": Door("GET", {Role.COORDINATOR}),
    "/boards/reminders": Door("GET", {Role.COORDINATOR}),
    "/boards/undelivered": Door("GET", {Role.COORDINATOR}),
    "/boards/letters": Door("GET", {Role.COORDINATOR}),
    "/boards/letters/<letter_id>/replay": Door("POST", {Role.COORDINATOR}, absent=True),
    "/admin": Door("GET", ADMINS),
    "/admin/units": Door("GET", ADMINS),
    "/admin/units/<unit_code>": Door("GET", ADMINS),
    "/api/units": Door("GET", ADMINS),
    "/api/units/<unit_code>": Door("GET", ADMINS),
    "/admin/start": Door("GET", ADMINS),
    "/api/first-steps": Door("GET", ADMINS),
    "/admin/import": Door("GET", ADMINS),
    "/admin/import.csv": Door("GET", ADMINS),
    "/admin/officers/<officer_id>": Door("GET", ADMINS),
    "/admin/officers/<officer_id>/deputy": Door("POST", ADMINS),
    "/admin/officers/<officer_id>/standing": Door("POST", ADMINS),
    "/admin/reference/<kind>": Door("GET", ADMINS),
    "/api/reference/<kind>": Door("GET", ADMINS),
    "/admin/texts": Door("GET", ADMINS),
    "/admin/texts/<key>": Door("GET", ADMINS),
    "/admin/answers": Door("GET", ADMINS),
    "/admin/answers/<template_id>": Door("GET", ADMINS),
    "/admin/answers/<template_id>/place": Door("POST", ADMINS, fields={"do": "up", "seen": SKELETONS}),
    "/api/answers": Door("GET", ADMINS),
    "/api/texts": Door("GET", ADMINS),
    "/api/texts/<key>": Door("GET", ADMINS),
    "/api/officers": Door("GET", ADMINS),
    "/api/officers/import": Door("POST", ADMINS),
    "/api/officers/<officer_id>/leave": Door("POST", ADMINS),
    "/api/figures": Door("GET", EVERYBODY),
    "/api/boards/triage": Door("GET", {Role.COORDINATOR}),
    "/api/boards/lateness": Door("GET", {Role.COORDINATOR}),
    "/api/boards/reminders": Door("GET", {Role.COORDINATOR}),
    "/api/boards/undelivered": Door("GET", {Role.COORDINATOR}),
    "/api/boards/letters": Door("GET", {Role.COORDINATOR}),
    "/api/boards/letters/<letter_id>/replay": Door("POST", {Role.COORDINATOR}, absent=True),
    "/api/openapi.json": Door("GET", ANYBODY),
    "/api/me": Door("GET", ANYBODY),
    "/api/petitions": Door("GET", EVERYBODY),
    "/api/petitions/search": Door("POST", EVERYBODY),
    "/api/petitions/by-hand": Door("POST", HANDLERS),
    "/api/petitions/bulk": Door("POST", STAFFING),
    "/api/petitions/<code>/receipt": Door("GET", HANDLERS, petition=True, walked=False),
    "/api/team/hand-over": Door("POST", STAFFING),
    "/api/team/deputies": Door("POST", STAFFING, walked=False),
    "/api/petitions/<code>": Door("GET", EVERYBODY, petition=True),
    "/api/petitions/<code>/answer": Door("GET", WRITERS, petition=True),
    "/api/petitions/<code>/answer/files": Door("POST", WRITERS, petition=True, state="in_progress"),
    "/api/petitions/<code>/notes": Door("POST", HANDLERS, petition=True),
    "/api/petitions/<code>/reveal": Door("POST", HANDLERS, petition=True),
    "/api/petitions/<code>/actions/<action>": Door("POST", HANDLERS, petition=True),
}
BODIES = {
    "accept": {"version": 1},
    "reveal": {"reason": "hẹn gặp"},
    "search": {"text": "khai sinh"},
    "notes": {"kind": "noted", "text": "x"},
    "by-hand": {
        "key": "form-0001",
        "source": "phone",
        "received_at": "2026-11-20T02:00:00Z",
        "content": "x",
        "address": "x",
        "name": "x",
        "residence": "x",
        "phone": "x",
        "consent": True,
    },
    "bulk": {"do": "remind", "codes": ["HN-261124-1XCF-TP94"]},
    "hand-over": {"unit": "SXD", "leaving": "sxd-officer", "to": "sxd-officer"},
    "deputies": {"who": "sxd-head", "deputy": "sxd-head"},
    "files": {"name": "a.pdf", "content": "JVBERi0xLjcKJSVFT0YK"},
    "repair": {},
    "dismiss": {"reason": "đã gọi hỏi"},
    "replay": {},
    "import": {"table": "name,email,unit,role\n"},
    "leave": {"to": ""},
}
