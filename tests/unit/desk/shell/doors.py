"""Every route of the desk, and the roles that its permission names."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Role

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


AUDITORS = {Role.INSPECTOR, Role.ADMIN}
REPORTERS = {Role.COORDINATOR, Role.INSPECTOR}
TRACERS = {Role.HEAD, Role.COORDINATOR, Role.INSPECTOR}


@dataclass(frozen=True)
class Door:
    """A route, by one of its verbs, and the roles that it lets in."""

    method: str
    roles: set[Role]


# Every route but the entrance. Whoever adds one classifies it here.
DOORS = {
    "/": Door("GET", EVERYBODY),
    "/filters": Door("GET", EVERYBODY),
    "/filters/beside": Door("GET", EVERYBODY),
    "/layout": Door("POST", EVERYBODY),
    "/list.csv": Door("GET", EVERYBODY),
    "/list.xlsx": Door("GET", EVERYBODY),
    "/api/filters": Door("GET", EVERYBODY),
    "/api/filters/<filter_id>/share": Door("POST", EVERYBODY),
    "/api/filters/<filter_id>/withdraw": Door("POST", EVERYBODY),
    "/api/filters/<filter_id>/remove": Door("POST", EVERYBODY),
    "/sign-out": Door("POST", ANYBODY),
    "/petitions/<code>": Door("GET", EVERYBODY),
    "/petitions/<code>/reveal": Door("POST", HANDLERS),
    "/petitions/<code>/erase": Door("POST", {Role.COORDINATOR}),
    "/petitions/<code>/actions/<action>": Door("POST", HANDLERS),
    "/petitions/<code>/take-up": Door("POST", HANDLERS),
    "/petitions/<code>/merge": Door("GET", {Role.COORDINATOR}),
    "/petitions/<code>/recovery": Door("POST", {Role.HEAD}),
    "/live": Door("GET", EVERYBODY),
    "/api/changes": Door("GET", EVERYBODY),
    "/me": Door("GET", ANYBODY),
    "/help": Door("GET", ANYBODY),
    "/training": Door("GET", ANYBODY),
    "/help/guide": Door("GET", ANYBODY),
    "/me/settings": Door("POST", ANYBODY),
    "/jobs": Door("POST", ANYBODY),
    "/reports": Door("POST", REPORTERS),
    "/reports/<job_id>": Door("GET", REPORTERS),
    "/reports/<job_id>/cells": Door("GET", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>": Door("GET", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>/cells": Door("GET", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>/files/<int:number>": Door("GET", REPORTERS),
    "/jobs/<job_id>/files/<int:number>": Door("GET", ANYBODY),
    "/api/jobs": Door("POST", ANYBODY),
    "/petitions/<code>/notes": Door("POST", HANDLERS),
    "/petitions/<code>/answer": Door("GET", WRITERS),
    "/petitions/<code>/receipt": Door("GET", HANDLERS),
    "/petitions/<code>/papers": Door("POST", HANDLERS),
    "/petitions/<code>/papers/<paper_id>": Door("GET", HANDLERS),
    "/petitions/<code>/papers/<paper_id>/files/<form>": Door("GET", HANDLERS),
    "/take-in": Door("GET", HANDLERS),
    "/bulk": Door("POST", HANDLERS),
    "/contacts": Door("GET", HANDLERS),
    "/contacts/dissatisfied": Door("GET", HANDLERS),
    "/contacts/<request_id>/see": Door("POST", HANDLERS),
    "/contacts/<request_id>/answer": Door("POST", HANDLERS),
    "/contacts/<request_id>/close": Door("POST", HANDLERS),
    "/difficulties": Door("GET", ANYBODY),
    "/difficulties/new": Door("GET", ANYBODY),
    "/difficulties/<difficulty_id>": Door("GET", ANYBODY),
    "/difficulties/<difficulty_id>/files/<file_id>": Door("GET", ANYBODY),
    "/difficulties/<difficulty_id>/arrange": Door("POST", {Role.COORDINATOR}),
    "/difficulties/<difficulty_id>/answer": Door("POST", ANYBODY),
    "/difficulties/<difficulty_id>/judge": Door("POST", ANYBODY),
    "/difficulties/<difficulty_id>/link": Door("POST", {Role.COORDINATOR}),
    "/difficulties/<difficulty_id>/close": Door("POST", {Role.COORDINATOR}),
    "/difficulties/quarter": Door("GET", {Role.COORDINATOR, Role.INSPECTOR}),
    "/difficulties/quarter.csv": Door("GET", {Role.COORDINATOR, Role.INSPECTOR}),
    "/api/difficulties": Door("GET", ANYBODY),
    "/api/difficulties/quarter": Door("GET", {Role.COORDINATOR, Role.INSPECTOR}),
    "/api/difficulties/<difficulty_id>": Door("GET", ANYBODY),
    "/api/difficulties/<difficulty_id>/arrange": Door("POST", {Role.COORDINATOR}),
    "/api/difficulties/<difficulty_id>/answer": Door("POST", ANYBODY),
    "/api/difficulties/<difficulty_id>/judge": Door("POST", ANYBODY),
    "/api/difficulties/<difficulty_id>/link": Door("POST", {Role.COORDINATOR}),
    "/api/difficulties/<difficulty_id>/close": Door("POST", {Role.COORDINATOR}),
    "/team": Door("GET", STAFFING),
    "/team/hand-over": Door("POST", STAFFING),
    "/team/deputy": Door("POST", STAFFING),
    "/zalo": Door("GET", {Role.COORDINATOR}),
    "/zalo/begin": Door("POST", {Role.COORDINATOR}),
    "/zalo/callback": Door("GET", {Role.COORDINATOR}),
    "/portal": Door("GET", {Role.COORDINATOR}),
    "/portal/<difference_id>/repair": Door("POST", {Role.COORDINATOR}),
    "/portal/<difference_id>/dismiss": Door("POST", {Role.COORDINATOR}),
    "/api/portal/differences": Door("GET", {Role.COORDINATOR}),
    "/api/portal/differences/<difference_id>/repair": Door("POST", {Role.COORDINATOR}),
    "/api/portal/differences/<difference_id>/dismiss": Door("POST", {Role.COORDINATOR}),
    "/figures": Door("GET", EVERYBODY),
    "/figures.csv": Door("GET", EVERYBODY),
    "/figures/list": Door("GET", EVERYBODY),
    "/boards/triage": Door("GET", {Role.COORDINATOR}),
    "/boards/lateness": Door("GET", {Role.COORDINATOR}),
    "/boards/reminders": Door("GET", {Role.COORDINATOR}),
    "/boards/undelivered": Door("GET", {Role.COORDINATOR}),
    "/boards/letters": Door("GET", {Role.COORDINATOR}),
    "/boards/letters/<letter_id>/replay": Door("POST", {Role.COORDINATOR}),
    "/admin": Door("GET", ADMINS),
    "/admin/units": Door("GET", ADMINS),
    "/admin/units/<unit_code>": Door("GET", ADMINS),
    "/api/units": Door("GET", ADMINS),
    "/api/units/<unit_code>": Door("GET", ADMINS),
    "/search": Door("GET", EVERYBODY),
    "/api/contacts": Door("GET", HANDLERS),
    "/api/contacts/dissatisfied": Door("GET", HANDLERS),
    "/api/contacts/<request_id>/see": Door("POST", HANDLERS),
    "/api/contacts/<request_id>/answer": Door("POST", HANDLERS),
    "/api/contacts/<request_id>/close": Door("POST", HANDLERS),
    "/api/search": Door("POST", EVERYBODY),
    "/audit": Door("GET", AUDITORS),
    "/audit.csv": Door("GET", AUDITORS),
    "/api/audit": Door("GET", AUDITORS),
    "/petitions/<code>/audit": Door("GET", TRACERS),
    "/api/petitions/<code>/audit": Door("GET", TRACERS),
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
    "/admin/answers/<template_id>/place": Door("POST", ADMINS),
    "/api/answers": Door("GET", ADMINS),
    "/api/texts": Door("GET", ADMINS),
    "/api/texts/<key>": Door("GET", ADMINS),
    "/api/officers": Door("GET", ADMINS),
    "/api/officers/import": Door("POST", ADMINS),
    "/api/officers/<officer_id>/leave": Door("POST", ADMINS),
    "/api/figures": Door("GET", EVERYBODY),
    "/api/figures/list": Door("GET", EVERYBODY),
    "/api/boards/triage": Door("GET", {Role.COORDINATOR}),
    "/api/boards/lateness": Door("GET", {Role.COORDINATOR}),
    "/api/boards/reminders": Door("GET", {Role.COORDINATOR}),
    "/api/boards/undelivered": Door("GET", {Role.COORDINATOR}),
    "/api/boards/letters": Door("GET", {Role.COORDINATOR}),
    "/api/boards/letters/<letter_id>/replay": Door("POST", {Role.COORDINATOR}),
    "/api/openapi.json": Door("GET", ANYBODY),
    "/api/me": Door("GET", ANYBODY),
    "/api/petitions": Door("GET", EVERYBODY),
    "/api/petitions/search": Door("POST", EVERYBODY),
    "/api/petitions/by-hand": Door("POST", HANDLERS),
    "/api/petitions/bulk": Door("POST", HANDLERS),
    "/api/petitions/<code>/receipt": Door("GET", HANDLERS),
    "/api/team/hand-over": Door("POST", STAFFING),
    "/api/team/deputies": Door("POST", STAFFING),
    "/api/petitions/<code>": Door("GET", EVERYBODY),
    "/api/petitions/<code>/answer": Door("GET", WRITERS),
    "/api/petitions/<code>/answer/files": Door("POST", WRITERS),
    "/api/petitions/<code>/notes": Door("POST", HANDLERS),
    "/api/petitions/<code>/reveal": Door("POST", HANDLERS),
    "/api/petitions/<code>/actions/<action>": Door("POST", HANDLERS),
}
TAKEN_IN = {
    "key": "form-0001", "source": "phone", "received_at": "2026-11-20T02:00:00Z", "content": "x", "address": "x",
    "name": "x", "residence": "x", "phone": "x", "consent": True,
}  # fmt: skip
"""A petition by telephone, as the API takes it, with too little in it."""
