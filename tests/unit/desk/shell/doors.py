"""Every route of the desk with the roles that may use it."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Role

# The roles that may see a petition of SXD.
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
    method: str
    roles: set[Role]


# All routes except sign-in. A new route must be added here.
DOORS = {
    "/": Door("GET", EVERYBODY),
    "/filters": Door("GET", EVERYBODY),
    "/filters/beside": Door("GET", EVERYBODY),
    "/layout": Door("POST", EVERYBODY),
    "/list.csv": Door("GET", EVERYBODY),
    "/list.xlsx": Door("GET", EVERYBODY),
    "/list": Door("POST", EVERYBODY),
    "/sign-out": Door("POST", ANYBODY),
    "/petitions/<code>": Door("GET", EVERYBODY),
    "/petitions/<code>/reveal": Door("POST", HANDLERS),
    "/petitions/<code>/erase": Door("POST", {Role.COORDINATOR}),
    "/petitions/<code>/actions/<action>": Door("POST", HANDLERS),
    "/petitions/<code>/take-up": Door("POST", HANDLERS),
    "/petitions/<code>/give": Door("POST", {Role.COORDINATOR}),
    "/petitions/<code>/merge": Door("GET", {Role.COORDINATOR}),
    "/petitions/<code>/recovery": Door("POST", {Role.HEAD}),
    "/live": Door("GET", EVERYBODY),
    "/me": Door("GET", ANYBODY),
    "/help": Door("GET", ANYBODY),
    "/training": Door("GET", ANYBODY),
    "/help/guide": Door("GET", ANYBODY),
    "/me/settings": Door("POST", ANYBODY),
    "/jobs": Door("POST", ANYBODY),
    "/scoring": Door("GET", EVERYBODY),
    "/scoring/make": Door("POST", {Role.INSPECTOR}),
    "/scoring/<scoring_id>": Door("GET", EVERYBODY),
    "/scoring/<scoring_id>/units/<unit_code>": Door("GET", EVERYBODY),
    "/scoring/<scoring_id>/inputs": Door("GET", {Role.INSPECTOR}),
    "/scoring/<scoring_id>/freeze": Door("POST", {Role.INSPECTOR}),
    "/scoring/<scoring_id>/contests": Door("POST", {Role.HEAD}),
    "/scoring/<scoring_id>/contests/<contest_id>": Door("POST", {Role.INSPECTOR}),
    "/management": Door("POST", TRACERS),
    "/reports": Door("POST", REPORTERS),
    "/reports/<job_id>": Door("GET", REPORTERS),
    "/reports/<job_id>/cells": Door("GET", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>": Door("GET", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>/public": Door("POST", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>/cells": Door("GET", REPORTERS),
    "/reports/frozen/<report_id>/<int:version>/files/<int:number>": Door("GET", REPORTERS),
    "/jobs/<job_id>/files/<int:number>": Door("GET", ANYBODY),
    "/petitions/<code>/notes": Door("POST", HANDLERS),
    "/petitions/<code>/answer": Door("GET", WRITERS),
    "/petitions/<code>/receipt": Door("GET", HANDLERS),
    "/petitions/<code>/papers": Door("POST", HANDLERS),
    "/petitions/<code>/papers/<paper_id>": Door("GET", HANDLERS),
    "/petitions/<code>/papers/<paper_id>/files/<form>": Door("GET", HANDLERS),
    "/take-in": Door("GET", HANDLERS),
    "/take-in/file": Door("POST", HANDLERS),
    "/take-in/mine": Door("GET", HANDLERS),
    "/take-in/file/<job_id>": Door("GET", HANDLERS),
    "/take-in/file/sample.csv": Door("GET", HANDLERS),
    "/take-in/file/sample.xlsx": Door("GET", HANDLERS),
    "/mails": Door("GET", HANDLERS),
    "/mails/<mail_id>": Door("GET", HANDLERS),
    "/mails/<mail_id>/files/<file_id>": Door("GET", HANDLERS),
    "/mails/<mail_id>/add": Door("POST", HANDLERS),
    "/mails/<mail_id>/reject": Door("POST", HANDLERS),
    "/mails/<mail_id>/take-out": Door("POST", HANDLERS),
    "/bulk": Door("POST", HANDLERS),
    "/contacts": Door("GET", HANDLERS),
    "/contacts/dissatisfied": Door("GET", HANDLERS),
    "/contacts/<request_id>/see": Door("POST", HANDLERS),
    "/contacts/<request_id>/reveal": Door("POST", HANDLERS),
    "/contacts/<request_id>/answer": Door("POST", HANDLERS),
    "/contacts/<request_id>/close": Door("POST", HANDLERS),
    "/contacts/<request_id>/give-answer": Door("POST", HANDLERS),
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
    "/team": Door("GET", STAFFING),
    "/team/hand-over": Door("POST", STAFFING),
    "/team/deputy": Door("POST", STAFFING),
    "/team/position": Door("POST", STAFFING),
    "/team/answers": Door("GET", STAFFING),
    "/zalo": Door("GET", {Role.COORDINATOR}),
    "/zalo/begin": Door("POST", {Role.COORDINATOR}),
    "/zalo/callback": Door("GET", {Role.COORDINATOR}),
    "/portal": Door("GET", {Role.COORDINATOR}),
    "/portal/<difference_id>/repair": Door("POST", {Role.COORDINATOR}),
    "/portal/<difference_id>/dismiss": Door("POST", {Role.COORDINATOR}),
    "/figures": Door("GET", EVERYBODY),
    "/figures.csv": Door("GET", EVERYBODY),
    "/figures/list": Door("GET", EVERYBODY),
    "/boards/lateness": Door("GET", {Role.COORDINATOR}),
    "/boards/reminders": Door("GET", {Role.COORDINATOR}),
    "/boards/undelivered": Door("GET", {Role.COORDINATOR}),
    "/boards/letters": Door("GET", {Role.COORDINATOR}),
    "/boards/letters/<letter_id>/replay": Door("POST", {Role.COORDINATOR}),
    "/admin": Door("GET", ADMINS),
    "/admin/units": Door("GET", ADMINS),
    "/admin/units/<unit_code>": Door("GET", ADMINS),
    "/search": Door("GET", EVERYBODY),
    "/audit": Door("GET", AUDITORS),
    "/audit.csv": Door("GET", AUDITORS),
    "/petitions/<code>/audit": Door("GET", TRACERS),
    "/admin/start": Door("GET", ADMINS),
    "/admin/systems": Door("GET", ADMINS),
    "/admin/import": Door("GET", ADMINS),
    "/admin/import.csv": Door("GET", ADMINS),
    "/admin/officers/<officer_id>": Door("GET", ADMINS),
    "/admin/officers/<officer_id>/deputy": Door("POST", ADMINS),
    "/admin/officers/<officer_id>/standing": Door("POST", ADMINS),
    "/admin/reference/<kind>": Door("GET", ADMINS),
    "/admin/texts": Door("GET", ADMINS),
    "/admin/texts/<key>": Door("GET", ADMINS),
    "/admin/answers": Door("GET", ADMINS),
    "/admin/answers/<template_id>": Door("GET", ADMINS),
    "/admin/answers/<template_id>/place": Door("POST", ADMINS),
    "/api/me": Door("GET", ANYBODY),
    "/api/petitions/<code>/answer": Door("POST", WRITERS),
}
